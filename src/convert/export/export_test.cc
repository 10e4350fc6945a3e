#include "convert/export/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "convert/testing/models.h"
#include "formats/onnx/graph.h"

namespace dfn {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Config Small(const std::string& name) {
  for (const test::NamedConfig& named : test::SmallConfigs()) {
    if (name == named.name) return named.config;
  }
  ADD_FAILURE() << "no config " << name;
  return {};
}

std::vector<NamedBytes> Export(const Model& model, const ExportOptions& options) {
  auto files = ExportModel(model, options);
  EXPECT_TRUE(files.ok()) << files.error().message;
  return files.ok() ? std::move(files).value() : std::vector<NamedBytes>{};
}

std::vector<std::string> FileNames(const std::vector<NamedBytes>& files) {
  std::vector<std::string> names;
  for (const NamedBytes& file : files) names.push_back(file.name);
  return names;
}

onnx::Graph Parse(const std::vector<NamedBytes>& files, const std::string& name) {
  for (const NamedBytes& file : files) {
    if (file.name != name) continue;
    auto graph =
        onnx::ReadGraph(std::make_shared<const std::vector<uint8_t>>(file.bytes), name, {});
    EXPECT_TRUE(graph.ok()) << graph.error().message;
    return std::move(graph).value();
  }
  ADD_FAILURE() << "no file " << name;
  return {};
}

onnx::Graph ExportOne(const std::string& config, const ExportOptions& options,
                      const std::string& file) {
  return Parse(Export(test::RandomModel(Small(config), 1), options), file);
}

// "name [1, 8, -1, 16]", one for each.
std::vector<std::string> Signature(const std::vector<onnx::ValueInfo>& values) {
  std::vector<std::string> signature;
  for (const onnx::ValueInfo& value : values) {
    signature.push_back(value.name + " " + onnx::ShapeText(value.dims));
  }
  return signature;
}

std::set<std::string> Operators(const onnx::Graph& graph) {
  std::set<std::string> operators;
  for (const onnx::Node& node : graph.nodes) operators.insert(node.op_type);
  return operators;
}

std::string Metadata(const onnx::Graph& graph, const std::string& key) {
  for (const auto& [name, value] : graph.metadata) {
    if (name == key) return value;
  }
  return "absent";
}

TEST(ExportTest, FilesOfEachLayout) {
  const Model model = test::RandomModel(Small("dfn3"), 1);
  EXPECT_THAT(FileNames(Export(model, {})),
              ElementsAre("enc.onnx", "erb_dec.onnx", "df_dec.onnx", "config.ini"));
  EXPECT_THAT(FileNames(Export(model, {.layout = ExportLayout::kCombined})),
              ElementsAre("combined.onnx", "config.ini"));
  EXPECT_THAT(FileNames(Export(model, {.layout = ExportLayout::kStreaming})),
              ElementsAre("enc_conv_streaming.onnx", "enc_gru_streaming.onnx",
                          "erb_dec_streaming.onnx", "df_dec_streaming.onnx", "config.ini"));
  EXPECT_THAT(FileNames(Export(model, {.layout = ExportLayout::kAudio})),
              ElementsAre("audio.onnx", "config.ini"));
}

TEST(ExportTest, NetworksWithEveryState) {
  const auto files = Export(test::RandomModel(Small("dfn3"), 1), {});
  const onnx::Graph enc = Parse(files, "enc.onnx");
  EXPECT_THAT(Signature(enc.inputs),
              ElementsAre("feat_erb [1, 1, -1, 16]", "feat_spec [1, 2, -1, 24]", "h0 [1, 1, 16]",
                          "erb_conv0_s0 [1, 1, 2, 16]", "df_conv0_s0 [1, 2, 2, 24]"));
  EXPECT_THAT(
      Signature(enc.outputs),
      ElementsAre("e0 [1, 8, -1, 16]", "e1 [1, 8, -1, 8]", "e2 [1, 8, -1, 4]", "e3 [1, 8, -1, 4]",
                  "emb [1, -1, 32]", "c0 [1, 8, -1, 24]", "lsnr [1, -1, 1]", "h1 [1, 1, 16]",
                  "erb_conv0_s1 [1, 1, 2, 16]", "df_conv0_s1 [1, 2, 2, 24]"));
  const onnx::Graph erb_dec = Parse(files, "erb_dec.onnx");
  EXPECT_THAT(Signature(erb_dec.inputs),
              ElementsAre("emb [1, -1, 32]", "e3 [1, 8, -1, 4]", "e2 [1, 8, -1, 4]",
                          "e1 [1, 8, -1, 8]", "e0 [1, 8, -1, 16]", "erb_h0 [2, 1, 16]"));
  EXPECT_THAT(Signature(erb_dec.outputs), ElementsAre("m [1, 1, -1, 16]", "erb_h1 [2, 1, 16]"));
  const onnx::Graph df_dec = Parse(files, "df_dec.onnx");
  EXPECT_THAT(Signature(df_dec.inputs),
              ElementsAre("emb [1, -1, 32]", "c0 [1, 8, -1, 24]", "df_h0 [2, 1, 16]",
                          "df_convp_s0 [1, 8, 4, 24]"));
  EXPECT_THAT(Signature(df_dec.outputs), ElementsAre("coefs [1, -1, 24, 10]", "df_h1 [2, 1, 16]",
                                                     "df_convp_s1 [1, 8, 4, 24]"));
}

TEST(ExportTest, EveryConvolutionWithATimeKernelHasItsHistory) {
  const auto files = Export(test::RandomModel(Small("dfn3_time"), 1), {});
  const onnx::Graph enc = Parse(files, "enc.onnx");
  EXPECT_THAT(Signature(enc.inputs),
              ElementsAre("feat_erb [1, 1, -1, 16]", "feat_spec [1, 2, -1, 24]", "h0 [1, 1, 16]",
                          "erb_conv0_s0 [1, 1, 1, 16]", "erb_conv1_s0 [1, 8, 2, 16]",
                          "erb_conv2_s0 [1, 8, 2, 8]", "erb_conv3_s0 [1, 8, 2, 4]",
                          "df_conv0_s0 [1, 2, 1, 24]", "df_conv1_s0 [1, 8, 2, 24]"));
  const onnx::Graph erb_dec = Parse(files, "erb_dec.onnx");
  EXPECT_THAT(Signature(erb_dec.outputs),
              ElementsAre("m [1, 1, -1, 16]", "erb_h1 [1, 1, 16]", "convt3_s1 [1, 8, 2, 4]",
                          "convt2_s1 [1, 8, 2, 4]", "convt1_s1 [1, 8, 2, 8]",
                          "conv0_out_s1 [1, 8, 2, 16]"));
}

TEST(ExportTest, HiddenStatesAlone) {
  const auto files = Export(test::RandomModel(Small("dfn3_time"), 1), {.state = StateForm::kGru});
  const onnx::Graph enc = Parse(files, "enc.onnx");
  EXPECT_THAT(Signature(enc.inputs),
              ElementsAre("feat_erb [1, 1, -1, 16]", "feat_spec [1, 2, -1, 24]", "h0 [1, 1, 16]"));
  EXPECT_THAT(Operators(enc), Contains("Pad"));
  EXPECT_THAT(Signature(Parse(files, "df_dec.onnx").outputs),
              ElementsAre("coefs [1, -1, 24, 10]", "df_h1 [3, 1, 16]"));
}

TEST(ExportTest, TheStatelessFormIsTheOfficialOne) {
  const auto files = Export(test::RandomModel(Small("dfn3"), 1), {.state = StateForm::kNone});
  EXPECT_THAT(Signature(Parse(files, "enc.onnx").inputs),
              ElementsAre("feat_erb [1, 1, -1, 16]", "feat_spec [1, 2, -1, 24]"));
  EXPECT_THAT(Signature(Parse(files, "erb_dec.onnx").outputs), ElementsAre("m [1, 1, -1, 16]"));
  EXPECT_THAT(Signature(Parse(files, "df_dec.onnx").outputs),
              ElementsAre("coefs [1, -1, 24, 10]", "alpha [1, -1, 1]"));
}

TEST(ExportTest, CombinedTakesFeaturesAndStates) {
  const onnx::Graph full = ExportOne("dfn3", {.layout = ExportLayout::kCombined}, "combined.onnx");
  EXPECT_THAT(Signature(full.inputs),
              ElementsAre("feat_erb [1, 1, -1, 16]", "feat_spec [1, 2, -1, 24]", "h0 [1, 1, 16]",
                          "erb_h0 [2, 1, 16]", "df_h0 [2, 1, 16]", "erb_conv0_s0 [1, 1, 2, 16]",
                          "df_conv0_s0 [1, 2, 2, 24]", "df_convp_s0 [1, 8, 4, 24]"));
  EXPECT_THAT(
      Signature(full.outputs),
      ElementsAre("lsnr [1, -1, 1]", "m [1, 1, -1, 16]", "coefs [1, -1, 24, 10]", "h1 [1, 1, 16]",
                  "erb_h1 [2, 1, 16]", "df_h1 [2, 1, 16]", "erb_conv0_s1 [1, 1, 2, 16]",
                  "df_conv0_s1 [1, 2, 2, 24]", "df_convp_s1 [1, 8, 4, 24]"));
  const onnx::Graph none = ExportOne(
      "dfn3", {.layout = ExportLayout::kCombined, .state = StateForm::kNone}, "combined.onnx");
  EXPECT_EQ(none.inputs.size(), 2u);
  EXPECT_EQ(none.outputs.size(), 3u);
}

TEST(ExportTest, StreamingSplitsTheEncoderAtItsGru) {
  const auto files =
      Export(test::RandomModel(Small("dfn3"), 1), {.layout = ExportLayout::kStreaming});
  const onnx::Graph conv = Parse(files, "enc_conv_streaming.onnx");
  EXPECT_THAT(Signature(conv.inputs),
              ElementsAre("feat_erb [1, 1, -1, 16]", "feat_spec [1, 2, -1, 24]",
                          "erb_conv0_s0 [1, 1, 2, 16]", "df_conv0_s0 [1, 2, 2, 24]"));
  EXPECT_THAT(Signature(conv.outputs),
              ElementsAre("e0 [1, 8, -1, 16]", "e1 [1, 8, -1, 8]", "e2 [1, 8, -1, 4]",
                          "e3 [1, 8, -1, 4]", "c0 [1, 8, -1, 24]", "emb [1, -1, 16]",
                          "erb_conv0_s1 [1, 1, 2, 16]", "df_conv0_s1 [1, 2, 2, 24]"));
  const onnx::Graph gru = Parse(files, "enc_gru_streaming.onnx");
  EXPECT_THAT(Signature(gru.inputs), ElementsAre("emb [1, -1, 16]", "h0 [1, 1, 16]"));
  EXPECT_THAT(Signature(gru.outputs),
              ElementsAre("emb_out [1, -1, 32]", "lsnr [1, -1, 1]", "h1 [1, 1, 16]"));
  EXPECT_EQ(Metadata(conv, "window_frames"), "absent");
}

TEST(ExportTest, StreamingWithHiddenStatesAloneTakesWindows) {
  const ExportOptions options{.layout = ExportLayout::kStreaming, .state = StateForm::kGru};
  const auto files = Export(test::RandomModel(Small("dfn3_time"), 1), options);
  const onnx::Graph conv = Parse(files, "enc_conv_streaming.onnx");
  EXPECT_THAT(Signature(conv.inputs),
              ElementsAre("feat_erb [1, 1, -1, 16]", "feat_spec [1, 2, -1, 24]"));
  EXPECT_THAT(Signature(conv.outputs),
              ElementsAre("e0 [1, 8, 1, 16]", "e1 [1, 8, 1, 8]", "e2 [1, 8, 1, 4]",
                          "e3 [1, 8, 1, 4]", "c0 [1, 8, 1, 24]", "emb [1, 1, 16]"));
  EXPECT_THAT(Operators(conv), Not(Contains("Pad")));
  EXPECT_EQ(Metadata(conv, "window_frames"), "8");  // 2 + 3 * (3 - 1)

  ExportOptions single = options;
  single.single_frame = true;
  const auto fixed = Export(test::RandomModel(Small("dfn3_time"), 1), single);
  EXPECT_THAT(Signature(Parse(fixed, "enc_conv_streaming.onnx").inputs),
              ElementsAre("feat_erb [1, 1, 8, 16]", "feat_spec [1, 2, 8, 24]"));
}

TEST(ExportTest, ASkipAroundTheEncodersGruPassesBetweenTheStreamingFiles) {
  const auto files =
      Export(test::RandomModel(Small("dfn3_skips"), 1), {.layout = ExportLayout::kStreaming});
  EXPECT_THAT(Signature(Parse(files, "enc_conv_streaming.onnx").outputs),
              Contains("emb_skip [1, -1, 32]"));
  EXPECT_THAT(Signature(Parse(files, "enc_gru_streaming.onnx").inputs),
              ElementsAre("emb [1, -1, 16]", "emb_skip [1, -1, 32]", "h0 [1, 1, 16]"));
}

TEST(ExportTest, AudioTakesOneHopAndEveryState) {
  const onnx::Graph dfn3 = ExportOne("dfn3", {.layout = ExportLayout::kAudio}, "audio.onnx");
  EXPECT_THAT(
      Signature(dfn3.inputs),
      ElementsAre("input_frame [1, 480]", "frame_count_s0 [1]", "stft_analysis_s0 [1, 480]",
                  "norm_erb_s0 [1, 16]", "norm_spec_s0 [1, 24]", "spec_noisy_s0 [1, 4, 2, 481]",
                  "stft_synthesis_s0 [1, 480]", "h0 [1, 1, 16]", "erb_h0 [2, 1, 16]",
                  "df_h0 [2, 1, 16]", "erb_conv0_s0 [1, 1, 2, 16]", "df_conv0_s0 [1, 2, 2, 24]",
                  "df_convp_s0 [1, 8, 4, 24]"));
  const onnx::Graph dfn2 = ExportOne("dfn2", {.layout = ExportLayout::kAudio}, "audio.onnx");
  EXPECT_THAT(Signature(dfn2.inputs), Contains("spec_masked_s0 [1, 4, 2, 481]"));
  EXPECT_THAT(Signature(dfn2.inputs), Contains("coefs_s0 [1, 2, 24, 10]"));
  EXPECT_THAT(Signature(dfn2.inputs), Contains("spec_noisy_s0 [1, 2, 2, 481]"));
  const std::vector<std::string> outputs = Signature(dfn2.outputs);
  EXPECT_EQ(outputs[0], "enhanced_frame [1, 480]");
  EXPECT_EQ(outputs[1], "lsnr [1, 1, 1]");
}

// All layouts and state forms that go together.
std::vector<ExportOptions> AllForms() {
  std::vector<ExportOptions> forms = {{.layout = ExportLayout::kAudio}};
  for (StateForm state : {StateForm::kFull, StateForm::kGru, StateForm::kNone}) {
    forms.push_back({.layout = ExportLayout::kNetworks, .state = state});
    forms.push_back({.layout = ExportLayout::kCombined, .state = state});
    if (state == StateForm::kNone) continue;
    forms.push_back({.layout = ExportLayout::kStreaming, .state = state});
  }
  return forms;
}

// Checks the properties that every graph must have for all options.
void CheckGraph(const onnx::Graph& graph) {
  std::set<std::string> known;
  for (const onnx::ValueInfo& input : graph.inputs) {
    EXPECT_TRUE(known.insert(input.name).second) << input.name;
    EXPECT_EQ(input.type, onnx::DataType::kFloat);
  }
  for (const onnx::Tensor& tensor : graph.initializers) {
    EXPECT_TRUE(known.insert(tensor.name).second) << tensor.name;
  }
  std::set<std::string> node_names;
  std::set<std::string> used;
  for (const onnx::Node& node : graph.nodes) {
    EXPECT_TRUE(node_names.insert(node.name).second) << node.name;
    EXPECT_TRUE(node.domain.empty());
    for (const std::string& input : node.inputs) {
      EXPECT_TRUE(input.empty() || known.contains(input)) << node.name << " reads " << input;
      used.insert(input);
    }
    for (const std::string& output : node.outputs) {
      EXPECT_TRUE(known.insert(output).second) << output;
    }
  }
  for (const onnx::ValueInfo& output : graph.outputs) {
    EXPECT_TRUE(known.contains(output.name)) << output.name;
    used.insert(output.name);
  }
  for (const onnx::ValueInfo& input : graph.inputs) {
    EXPECT_TRUE(used.contains(input.name)) << input.name << " is read by nothing";
  }
  for (const onnx::Tensor& tensor : graph.initializers) {
    EXPECT_TRUE(used.contains(tensor.name)) << tensor.name << " is read by nothing";
  }
}

class ExportFormTest : public ::testing::TestWithParam<test::NamedConfig> {};

TEST_P(ExportFormTest, GraphsAreWhole) {
  const Model model = test::RandomModel(GetParam().config, 2);
  for (ExportOptions options : AllForms()) {
    for (const bool lower_gru : {false, true}) {
      options.lower_gru = lower_gru;
      const auto files = Export(model, options);
      for (const NamedBytes& file : files) {
        if (!file.name.ends_with(".onnx")) continue;
        SCOPED_TRACE(file.name + " " + StateFormName(options.state));
        const onnx::Graph graph = Parse(files, file.name);
        CheckGraph(graph);
        EXPECT_EQ(Metadata(graph, "layout"), LayoutName(options.layout));
        EXPECT_EQ(Metadata(graph, "state"), StateFormName(options.state));
      }
    }
  }
}

TEST_P(ExportFormTest, SameModelAndOptionsGiveTheSameBytes) {
  for (ExportOptions options : AllForms()) {
    options.fp16_weights = true;
    const auto once = Export(test::RandomModel(GetParam().config, 3), options);
    const auto again = Export(test::RandomModel(GetParam().config, 3), options);
    ASSERT_EQ(once.size(), again.size());
    for (size_t i = 0; i < once.size(); ++i) EXPECT_EQ(once[i].bytes, again[i].bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ExportFormTest, ::testing::ValuesIn(test::SmallConfigs()),
                         [](const auto& test_case) { return std::string(test_case.param.name); });

TEST(ExportTest, StatePairsAreListedInTheFile) {
  const onnx::Graph df_dec = ExportOne("dfn3", {}, "df_dec.onnx");
  EXPECT_EQ(Metadata(df_dec, "states"),
            R"([{"in":"df_h0","out":"df_h1","shape":[2,1,16]},)"
            R"({"in":"df_convp_s0","out":"df_convp_s1","shape":[1,8,4,24]}])");
  EXPECT_EQ(Metadata(ExportOne("dfn3", {.state = StateForm::kNone}, "enc.onnx"), "states"), "[]");
}

TEST(ExportTest, TheFileSaysHowToDriveIt) {
  const onnx::Graph enc = ExportOne("dfn2", {}, "enc.onnx");
  const std::map<std::string, std::string> expected = {{"format", "deepfilter 1"},
                                                       {"part", "enc"},
                                                       {"family", "DeepFilterNet2"},
                                                       {"frames", "dynamic"},
                                                       {"weights", "random"},
                                                       {"sample_rate_hz", "48000"},
                                                       {"hop_size", "480"},
                                                       {"lookahead_frames", "4"},
                                                       {"delay_samples", "2400"},
                                                       {"norm_alpha", "0.99"},
                                                       {"norm_erb_start_db", "-60 -90"},
                                                       {"norm_spec_start", "0.001 1e-04"}};
  for (const auto& [key, value] : expected) EXPECT_EQ(Metadata(enc, key), value) << key;
  EXPECT_EQ(Metadata(ExportOne("dfn2", {.single_frame = true}, "enc.onnx"), "frames"), "1");
}

TEST(ExportTest, OneFrameIsFixedEverywhere) {
  for (ExportOptions options : AllForms()) {
    options.single_frame = true;
    const auto files = Export(test::RandomModel(Small("dfn3"), 1), options);
    for (const NamedBytes& file : files) {
      if (!file.name.ends_with(".onnx")) continue;
      const onnx::Graph graph = Parse(files, file.name);
      for (const auto& values : {graph.inputs, graph.outputs}) {
        for (const onnx::ValueInfo& value : values) {
          EXPECT_THAT(value.dims, Not(Contains(-1))) << file.name << " " << value.name;
        }
      }
    }
  }
}

TEST(ExportTest, ALoweredGruIsOneStepWithoutTheOperator) {
  for (const char* config : {"dfn3", "dfn2"}) {
    const onnx::Graph enc = ExportOne(config, {.lower_gru = true}, "enc.onnx");
    EXPECT_THAT(Operators(enc), Not(Contains("GRU")));
    EXPECT_EQ(Metadata(enc, "frames"), "1");
    EXPECT_THAT(enc.inputs[0].dims, ElementsAre(1, 1, 1, 16));
  }
}

TEST(ExportTest, OpsetsAreDeclared) {
  for (int opset : {14, 17, 21}) {
    EXPECT_EQ(ExportOne("dfn3", {.opset = opset}, "enc.onnx").opset, opset);
  }
}

TEST(ExportTest, HalfWeightsAreHalfTheSize) {
  const Model model = test::RandomModel(Small("dfn3"), 1);
  const onnx::Graph graph = Parse(Export(model, {.fp16_weights = true}), "erb_dec.onnx");
  size_t halves = 0;
  for (const onnx::Tensor& tensor : graph.initializers) {
    if (tensor.type == onnx::DataType::kInt64) continue;
    EXPECT_EQ(tensor.type, onnx::DataType::kFloat16) << tensor.name;
    halves += tensor.elements;
  }
  EXPECT_EQ(halves, CountModel(model).erb_decoder_parameters);
}

TEST(ExportTest, TheFourierMatricesAreNeverHalved) {
  const onnx::Graph graph =
      ExportOne("dfn3", {.layout = ExportLayout::kAudio, .fp16_weights = true}, "audio.onnx");
  size_t matrices = 0;
  for (const onnx::Tensor& tensor : graph.initializers) {
    if (tensor.name != "stft.cosines" && tensor.name != "stft.sines") continue;
    EXPECT_EQ(tensor.type, onnx::DataType::kFloat) << tensor.name;
    ++matrices;
  }
  EXPECT_EQ(matrices, 2u);
}

TEST(ExportTest, OptionsThatDoNotGoTogether) {
  const Model model = test::RandomModel(Small("dfn3"), 1);
  const std::pair<ExportOptions, const char*> refused[] = {
      {{.opset = 13}, "opset is 13, expected 14 to 21"},
      {{.opset = 22}, "opset is 22, expected 14 to 21"},
      {{.layout = ExportLayout::kStreaming, .state = StateForm::kNone}, "state none"},
      {{.layout = ExportLayout::kAudio, .state = StateForm::kGru}, "state gru"}};
  for (const auto& [options, sentence] : refused) {
    const auto files = ExportModel(model, options);
    ASSERT_FALSE(files.ok()) << sentence;
    EXPECT_EQ(files.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(files.error().message, HasSubstr(sentence));
  }
}

TEST(ExportTest, AModelThatIsNotWholeIsRefused) {
  Model model = test::RandomModel(Small("dfn3"), 1);
  model.encoder.df_fc_emb.weight.Mutable().pop_back();
  const auto files = ExportModel(model, {});
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().code, ErrorCode::kMismatch);
  EXPECT_THAT(files.error().message, HasSubstr("df_fc_emb"));
}

}  // namespace
}  // namespace dfn
