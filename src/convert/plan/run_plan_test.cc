#include "convert/plan/run_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "convert/export/export.h"
#include "convert/graph/graph_edit.h"
#include "convert/testing/plans.h"

namespace dfn {
namespace {

using test::Export;
using test::Plan;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Model& SmallModel(const char* name) {
  static std::map<std::string, Model> models;
  for (const test::NamedConfig& named : test::SmallConfigs()) {
    if (models.contains(named.name)) continue;
    models.emplace(named.name, test::RandomModel(named.config, 3));
  }
  return models.at(name);
}

constexpr const char* kModels[] = {"dfn3", "dfn3_time", "dfn3_skips", "dfn2", "dfn2_time"};

TEST(RunPlanTest, FullStatesRunAsGiven) {
  for (const char* name : kModels) {
    for (const auto layout :
         {ExportLayout::kNetworks, ExportLayout::kCombined, ExportLayout::kStreaming}) {
      for (const bool lowered : {false, true}) {
        SCOPED_TRACE(std::string(name) + " " + LayoutName(layout));
        const auto files = Export(SmallModel(name), {.layout = layout, .lower_gru = lowered});
        const RunPlan plan = Plan(files);
        EXPECT_EQ(plan.mode,
                  layout == ExportLayout::kStreaming ? RunMode::kSplit : RunMode::kStateful);
        EXPECT_EQ(plan.form, RunForm::kAsGiven);
        EXPECT_EQ(plan.inexact, "");
        EXPECT_TRUE(plan.whole.empty());
        ASSERT_FALSE(plan.encoder.empty());
        EXPECT_EQ(plan.encoder[0].model, files[0].bytes);
        EXPECT_EQ(plan.encoder[0].window_frames, 1u);
      }
    }
  }
}

TEST(RunPlanTest, WhatLiftsRunsInTheExactForm) {
  for (const char* name : kModels) {
    for (const auto& [layout, state] : {std::pair(ExportLayout::kNetworks, StateForm::kGru),
                                        std::pair(ExportLayout::kNetworks, StateForm::kNone),
                                        std::pair(ExportLayout::kCombined, StateForm::kGru),
                                        std::pair(ExportLayout::kCombined, StateForm::kNone),
                                        std::pair(ExportLayout::kStreaming, StateForm::kGru)}) {
      SCOPED_TRACE(std::string(name) + " " + LayoutName(layout) + " " + StateFormName(state));
      const RunPlan plan = Plan(Export(SmallModel(name), {.layout = layout, .state = state}));
      EXPECT_EQ(plan.form, RunForm::kExact);
      EXPECT_EQ(plan.config, SmallModel(name).config);
      ASSERT_EQ(plan.encoder.size(), 1u);
      ASSERT_EQ(plan.erb_decoder.size(), 1u);
      ASSERT_EQ(plan.df_decoder.size(), 1u);
      const auto exact = Export(SmallModel(name), {.single_frame = true});
      EXPECT_EQ(plan.df_decoder[0].states.front().input, "df_h0");
      EXPECT_EQ(plan.df_decoder[0].states.front().part, RunPart::kDfDecoder);
      EXPECT_EQ(plan.encoder[0].window_frames, 1u);
      // Metadata aside, which names the source.
      EXPECT_NEAR(static_cast<double>(plan.encoder[0].model.size()),
                  static_cast<double>(exact[0].bytes.size()), 100.0);
    }
  }
}

TEST(RunPlanTest, StatesOfAMergedGraphBelongToTheirPart) {
  const RunPlan plan = Plan(Export(SmallModel("dfn3"), {.layout = ExportLayout::kCombined}));
  ASSERT_EQ(plan.encoder.size(), 1u);
  std::map<std::string, RunPart> parts;
  for (const RunState& state : plan.encoder[0].states) parts[state.input] = state.part;
  EXPECT_EQ(parts.at("h0"), RunPart::kEncoder);
  EXPECT_EQ(parts.at("erb_conv0_s0"), RunPart::kEncoder);
  EXPECT_EQ(parts.at("df_conv0_s0"), RunPart::kEncoder);
  EXPECT_EQ(parts.at("erb_h0"), RunPart::kErbDecoder);
  EXPECT_EQ(parts.at("df_h0"), RunPart::kDfDecoder);
  EXPECT_EQ(parts.at("df_convp_s0"), RunPart::kDfDecoder);
}

TEST(RunPlanTest, AWindowIsRunWhenAskedFor) {
  const auto files = Export(SmallModel("dfn3"), {.state = StateForm::kNone});
  for (const auto& [options, frames] :
       {std::pair(RunPlanOptions{.mode = RunMode::kStateless, .window_frames = {}},
                  kDefaultWindowFrames),
        std::pair(RunPlanOptions{.mode = {}, .window_frames = 10}, size_t{10}),
        std::pair(RunPlanOptions{.mode = RunMode::kStateless, .window_frames = 100},
                  size_t{100})}) {
    const RunPlan plan = Plan(files, options);
    EXPECT_EQ(plan.mode, RunMode::kStateless);
    EXPECT_EQ(plan.form, RunForm::kAsGiven);
    EXPECT_EQ(plan.encoder[0].window_frames, frames);
    EXPECT_EQ(plan.df_decoder[0].window_frames, frames);
    EXPECT_EQ(plan.df_decoder[0].model, files[2].bytes);
  }
}

std::vector<size_t> Windows(const std::vector<RunStage>& stages) {
  std::vector<size_t> windows;
  for (const RunStage& stage : stages) windows.push_back(stage.window_frames);
  return windows;
}

// Every layout whose files do not carry all states.
std::vector<ExportOptions> IncompleteForms() {
  return {{.layout = ExportLayout::kNetworks, .state = StateForm::kGru},
          {.layout = ExportLayout::kNetworks, .state = StateForm::kNone},
          {.layout = ExportLayout::kCombined, .state = StateForm::kGru},
          {.layout = ExportLayout::kCombined, .state = StateForm::kNone},
          {.layout = ExportLayout::kStreaming, .state = StateForm::kGru}};
}

TEST(RunPlanTest, WhatDoesNotLiftIsCut) {
  for (const char* op_type : {"Relu", "Conv", "GRU"}) {
    for (const ExportOptions& options : IncompleteForms()) {
      SCOPED_TRACE(std::string(op_type) + " " + LayoutName(options.layout) + " " +
                   StateFormName(options.state));
      const RunPlan plan = Plan(test::Disguise(Export(SmallModel("dfn3"), options), op_type));
      EXPECT_EQ(plan.form, RunForm::kCut);
      EXPECT_EQ(plan.inexact, "");
      const bool split = options.layout == ExportLayout::kStreaming;
      const std::vector<size_t> windows =
          split ? std::vector<size_t>{3, 1, 1} : std::vector<size_t>{3, 1};
      EXPECT_EQ(Windows(plan.encoder), windows);
      EXPECT_THAT(Windows(plan.erb_decoder), ElementsAre(1));
      EXPECT_THAT(Windows(plan.df_decoder), ElementsAre(5, 1));
      EXPECT_TRUE(plan.encoder[0].states.empty());
      EXPECT_FALSE(plan.encoder[0].pads_start);
      // Those that are there already stay together, others are one for each GRU.
      const size_t states = options.state == StateForm::kNone ? 2 : 1;
      EXPECT_EQ(plan.df_decoder[1].states.size(), states);
      EXPECT_EQ(plan.df_decoder[1].states[0].part, RunPart::kDfDecoder);
    }
  }
}

TEST(RunPlanTest, DecodersWithMemoryBehindTheirGruAreCutTwice) {
  for (const ExportOptions& options : IncompleteForms()) {
    SCOPED_TRACE(std::string(LayoutName(options.layout)) + " " + StateFormName(options.state));
    const RunPlan plan = Plan(test::Disguise(Export(SmallModel("dfn3_time"), options)));
    ASSERT_EQ(plan.form, RunForm::kCut) << plan.inexact;
    // erb_conv0 of 2 frames, erb_conv1 .. erb_conv3 of 3 each.
    EXPECT_EQ(plan.encoder[0].window_frames, 8u);
    EXPECT_EQ(plan.erb_decoder[0].states.size(), 1u);
    EXPECT_GT(plan.erb_decoder[1].window_frames, 1u);
  }
}

// A cut's stages take only features, states, and outputs of earlier stages; their outputs are the
// results and the next states.
TEST(RunPlanTest, StagesOfACutTakeWhatTheOnesBeforeGive) {
  for (const char* name : kModels) {
    for (const ExportOptions& options : IncompleteForms()) {
      SCOPED_TRACE(std::string(name) + " " + LayoutName(options.layout) + " " +
                   StateFormName(options.state));
      const RunPlan plan = Plan(test::Disguise(Export(SmallModel(name), options)));
      ASSERT_EQ(plan.form, RunForm::kCut) << plan.inexact;
      std::set<std::string> of_encoder = {"feat_erb", "feat_spec"};
      for (const auto* stages : {&plan.encoder, &plan.erb_decoder, &plan.df_decoder}) {
        std::set<std::string> given = of_encoder;
        for (const RunStage& stage : *stages) {
          const onnx::Graph graph = test::ParseGraph(stage.model);
          std::set<std::string> states;
          for (const RunState& state : stage.states) {
            EXPECT_NE(FindInput(graph, state.input), nullptr) << state.input;
            EXPECT_NE(FindOutput(graph, state.output), nullptr) << state.output;
            states.insert({state.input, state.output});
          }
          for (const onnx::ValueInfo& input : graph.inputs) {
            EXPECT_TRUE(states.contains(input.name) || given.contains(input.name)) << input.name;
          }
          for (const onnx::ValueInfo& output : graph.outputs) {
            if (states.contains(output.name)) continue;
            EXPECT_TRUE(given.insert(output.name).second) << output.name;
          }
        }
        if (stages == &plan.encoder) of_encoder = given;
        const char* result = stages == &plan.encoder       ? "lsnr"
                             : stages == &plan.erb_decoder ? "m"
                                                           : "coefs";
        EXPECT_TRUE(given.contains(result));
      }
    }
  }
}

TEST(RunPlanTest, WhatCannotBeCutRunsAsGivenAndSaysSo) {
  // One frame a call, and convolutions that start from zeros in each.
  const auto one_frame =
      test::Disguise(Export(SmallModel("dfn3"), {.state = StateForm::kGru, .single_frame = true}));
  RunPlan plan = Plan(one_frame);
  EXPECT_EQ(plan.form, RunForm::kAsGiven);
  EXPECT_THAT(plan.inexact, HasSubstr("enc.onnx"));
  EXPECT_THAT(plan.inexact, HasSubstr("takes one frame a call"));
  EXPECT_TRUE(plan.whole.empty());
  EXPECT_EQ(plan.encoder[0].model, one_frame[0].bytes);

  // Layers that take more than the frames gone by.
  auto ahead = Export(SmallModel("dfn3"), {.state = StateForm::kGru});
  test::ChangeGraph(ahead[2], [](onnx::Graph& graph) {
    for (onnx::Node& node : graph.nodes) {
      if (node.op_type == "GRU") node.attributes.push_back({"direction", std::string("reverse")});
    }
  });
  plan = Plan(ahead);
  EXPECT_EQ(plan.form, RunForm::kAsGiven);
  EXPECT_THAT(plan.inexact, HasSubstr("df_dec.onnx: GRU"));
  EXPECT_EQ(plan.whole.size(), 3u);
}

TEST(RunPlanTest, AWindowOfFixedLengthIsPaddedAtTheStart) {
  auto files =
      Export(SmallModel("dfn3"),
             {.layout = ExportLayout::kStreaming, .state = StateForm::kGru, .single_frame = true});
  // Decoders without memory but their GRU can take one frame; this one's path has a kernel of 5.
  const RunPlan lossy = Plan(test::Disguise(files));
  EXPECT_THAT(lossy.inexact, HasSubstr("df_dec_streaming.onnx"));
  EXPECT_EQ(lossy.encoder[0].window_frames, 3u);
  EXPECT_TRUE(lossy.encoder[0].pads_start);
  EXPECT_EQ(lossy.encoder[1].window_frames, 1u);
  EXPECT_FALSE(lossy.encoder[1].pads_start);

  files[3] = Export(SmallModel("dfn3"), {.layout = ExportLayout::kStreaming})[3];
  const RunPlan plan = Plan(test::Disguise(files));
  EXPECT_EQ(plan.form, RunForm::kCut) << plan.inexact;
  EXPECT_THAT(Windows(plan.encoder), ElementsAre(3, 1));
  EXPECT_TRUE(plan.encoder[0].pads_start);
  EXPECT_THAT(plan.encoder[0].renamed, ElementsAre(std::pair("emb", "gru_in")));
}

TEST(RunPlanTest, GraphsWithoutStatesThatCannotBeCutRunOverWindows) {
  auto files = Export(SmallModel("dfn3"), {.state = StateForm::kNone});
  test::ChangeGraph(files[0], [](onnx::Graph& graph) {
    for (onnx::Node& node : graph.nodes) {
      if (node.op_type == "GRU") node.op_type = "LSTM";
    }
  });
  const RunPlan plan = Plan(files);
  EXPECT_EQ(plan.form, RunForm::kAsGiven);
  EXPECT_EQ(plan.encoder[0].window_frames, kDefaultWindowFrames);
  EXPECT_THAT(plan.inexact, HasSubstr("windows of 40 frames"));
  EXPECT_EQ(plan.whole.size(), 3u);
}

TEST(RunPlanTest, ModesComeInTheirOrder) {
  const Model& model = SmallModel("dfn3");
  std::vector<NamedBytes> all = Export(model, {.layout = ExportLayout::kStreaming});
  for (NamedBytes& file : Export(model, {.layout = ExportLayout::kCombined})) {
    if (file.name == "combined.onnx") {
      all.push_back(file);
      all.push_back({"combined_streaming.onnx", file.bytes});
    }
  }
  for (NamedBytes& file : Export(model, {.state = StateForm::kNone})) {
    if (file.name != "config.ini") all.push_back(file);
  }
  all.push_back(test::AudioGraph("audio.onnx", 480));
  const std::vector<RunMode> modes = {RunMode::kSplit, RunMode::kCombinedStreaming,
                                      RunMode::kStateful, RunMode::kStateless, RunMode::kAudio};
  const auto found = FindRunModes(all, "memory");
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(*found, modes);
  EXPECT_EQ(Plan(all).mode, RunMode::kSplit);
  for (const RunMode mode : modes) {
    EXPECT_EQ(Plan(all, {.mode = mode, .window_frames = {}}).mode, mode);
    EXPECT_EQ(FindRunMode(RunModeName(mode)), mode);
  }
  EXPECT_EQ(Plan(all, {.mode = RunMode::kStateful, .window_frames = {}}).files, "combined.onnx");
  EXPECT_EQ(FindRunMode("streaming"), std::nullopt);
}

TEST(RunPlanTest, AModeThatCannotBeHadIsRefused) {
  const auto stateless = Export(SmallModel("dfn3"), {.state = StateForm::kNone});
  const auto stateful = Export(SmallModel("dfn3"), {});
  const auto refusal = [](const std::vector<NamedBytes>& files, const RunPlanOptions& options) {
    const auto plan = PlanRun(files, "memory", options);
    EXPECT_FALSE(plan.ok());
    return plan.ok() ? Error{ErrorCode::kIo, ""} : plan.error();
  };
  Error error = refusal(stateless, {.mode = RunMode::kStateful, .window_frames = {}});
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("have no states"));
  error = refusal(stateful, {.mode = RunMode::kStateless, .window_frames = {}});
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  error = refusal(stateful, {.mode = RunMode::kSplit, .window_frames = {}});
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr("there is no enc_conv_streaming.onnx"));
  error = refusal(stateful, {.mode = {}, .window_frames = 40});
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("stateful"));
  for (const size_t frames : {size_t{0}, size_t{1001}}) {
    error = refusal(stateless, {.mode = {}, .window_frames = frames});
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  }
}

std::string Refusal(const std::vector<NamedBytes>& files, ErrorCode code) {
  const auto plan = PlanRun(files, "memory");
  EXPECT_FALSE(plan.ok());
  if (plan.ok()) return "";
  EXPECT_EQ(plan.error().code, code) << plan.error().message;
  return plan.error().message;
}

TEST(RunPlanTest, MissingFilesAreNamed) {
  auto files = Export(SmallModel("dfn3"), {});
  EXPECT_THAT(Refusal({files[0], files[1], files[2]}, ErrorCode::kNotFound),
              HasSubstr("there is no config.ini"));
  EXPECT_THAT(Refusal({files[0], files[1], files[3]}, ErrorCode::kNotFound),
              HasSubstr("there is no df_dec.onnx"));
  EXPECT_THAT(Refusal({files[3]}, ErrorCode::kNotFound), HasSubstr("holds no graphs"));
}

TEST(RunPlanTest, PartsThatDoNotBelongTogetherAreRefused) {
  const test::NamedConfig named = test::SmallConfigs()[0];
  Config wide = named.config;
  wide.conv_channels *= 2;
  for (const StateForm state : {StateForm::kFull, StateForm::kGru, StateForm::kNone}) {
    auto files = Export(SmallModel("dfn3"), {.state = state});
    const auto others = Export(test::RandomModel(wide, 4), {.state = state});
    files[1] = others[1];
    const std::string sentence = Refusal(files, ErrorCode::kMismatch);
    EXPECT_THAT(sentence, HasSubstr("memory/erb_dec.onnx"));
    EXPECT_THAT(sentence, HasSubstr("memory/enc.onnx"));
  }
  Config bands = named.config;
  bands.erb_bands *= 2;
  auto files = Export(SmallModel("dfn3"), {});
  files[3] = Export(test::RandomModel(bands, 4), {})[3];
  EXPECT_THAT(Refusal(files, ErrorCode::kMismatch), HasSubstr("nb_erb in config.ini"));
}

TEST(RunPlanTest, BrokenWeightsAreNamed) {
  for (const StateForm state : {StateForm::kFull, StateForm::kNone}) {
    auto files = Export(SmallModel("dfn3"), {.state = state});
    std::string name;
    test::ChangeGraph(files[1], [&](onnx::Graph& graph) {
      for (onnx::Tensor& tensor : graph.initializers) {
        if (tensor.dims.size() != 4) continue;
        name = tensor.name;
        tensor.floats = *onnx::ToFloats(tensor);
        tensor.floats[1] = std::numeric_limits<float>::quiet_NaN();
        tensor.raw = {};
        break;
      }
    });
    const std::string sentence = Refusal(files, ErrorCode::kCorrupt);
    EXPECT_THAT(sentence, HasSubstr("memory/erb_dec.onnx"));
    EXPECT_THAT(sentence, HasSubstr(name));
  }
}

TEST(RunPlanTest, AnInputThatNothingGivesIsRefused) {
  auto files = Export(SmallModel("dfn3"), {});
  test::ChangeGraph(files[2], [](onnx::Graph& graph) {
    RenameValue(graph, "df_h1", "elsewhere");
    std::erase_if(graph.metadata, [](const auto& pair) { return pair.first == "states"; });
  });
  // Whatever its name, what comes out again is a state.
  EXPECT_EQ(Plan(files).form, RunForm::kAsGiven);
  test::ChangeGraph(files[2], [](onnx::Graph& graph) {
    std::erase_if(graph.outputs, [](const auto& output) { return output.name == "elsewhere"; });
  });
  // The GRU's input has no output that follows it, so it is not a state, and the exact form is
  // used.
  EXPECT_EQ(Plan(files).form, RunForm::kExact);
  test::ChangeGraph(files[2], [](onnx::Graph& graph) {
    test::DisguiseNodes(graph, "GRU");
    RenameValue(graph, "c0", "map");
  });
  EXPECT_THAT(Refusal(files, ErrorCode::kUnsupported), HasSubstr("\"map\" is neither"));
}

TEST(RunPlanTest, PrefixesOfJoinedGraphsAreDropped) {
  auto files = Export(SmallModel("dfn3"), {.layout = ExportLayout::kCombined});
  test::ChangeGraph(files[0], [](onnx::Graph& graph) {
    RenameValue(graph, "lsnr", "enc/out/lsnr");
    RenameValue(graph, "m", "erb/out/m");
  });
  const RunPlan plan = Plan(files);
  EXPECT_EQ(plan.form, RunForm::kAsGiven);
  EXPECT_NE(FindOutput(test::ParseGraph(plan.encoder[0].model), "lsnr"), nullptr);
}

}  // namespace
}  // namespace dfn
