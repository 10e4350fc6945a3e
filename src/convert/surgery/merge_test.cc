#include "convert/surgery/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "convert/config/model_files.h"
#include "convert/export/export.h"
#include "convert/graph/graph_edit.h"
#include "convert/load/load.h"
#include "convert/surgery/split.h"
#include "convert/testing/streaming_graphs.h"
#include "formats/onnx/writer.h"

namespace dfn {
namespace {

using test::Find;
using test::Graphs;
using test::Load;
using test::Names;
using test::ReadTinyFiles;
using test::SameWeights;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(MergeTest, OfficialFormsGiveTheCombinedInterface) {
  const Graphs g("dfn3");
  const auto merged = MergeNetworks(g.enc(), g.erb_dec(), g.df_dec());
  ASSERT_TRUE(merged.ok()) << merged.error().message;
  EXPECT_THAT(Names(merged->inputs), ElementsAre("feat_erb", "feat_spec"));
  EXPECT_THAT(Names(merged->outputs), ElementsAre("lsnr", "m", "coefs"));
  EXPECT_EQ(merged->opset, g.enc().graph.opset);
  EXPECT_EQ(merged->ir_version, g.enc().graph.ir_version);
  for (const onnx::Node& node : merged->nodes) {
    for (const std::string& output : node.outputs) {
      const bool prefixed =
          output.starts_with("enc/") || output.starts_with("erb/") || output.starts_with("df/");
      EXPECT_TRUE(prefixed || output == "lsnr" || output == "m" || output == "coefs") << output;
    }
  }
}

TEST(MergeTest, StatesComeInAndOutInTheirOrder) {
  const Graphs g("dfn3_h0");
  const auto merged = MergeNetworks(g.enc(), g.erb_dec(), g.df_dec());
  ASSERT_TRUE(merged.ok()) << merged.error().message;
  EXPECT_THAT(Names(merged->inputs), ElementsAre("feat_erb", "feat_spec", "h0", "erb_h0", "df_h0"));
  EXPECT_THAT(Names(merged->outputs), ElementsAre("lsnr", "m", "coefs", "h1", "erb_h1", "df_h1"));
}

TEST(MergeTest, MergedFilesLiftToTheSameModelAndHaveTheSameBytesAgain) {
  for (const char* name : test::kTinyModels) {
    const auto files = ReadTinyFiles(name);
    const Model expected = Load(files);
    const auto merged = MergeModelFiles(files, name);
    ASSERT_TRUE(merged.ok()) << merged.error().message;
    EXPECT_EQ(merged->name, kCombinedFile);
    EXPECT_TRUE(MergeModelFiles(files, name)->bytes == merged->bytes);
    const Model model = Load({*merged, Find(files, kConfigFile)});
    EXPECT_TRUE(SameWeights(model, expected)) << name;
  }
}

TEST(MergeTest, OwnExportsLiftAgainInEveryState) {
  const Model model = Load(ReadTinyFiles("dfn3_time2"));
  for (const StateForm state : {StateForm::kFull, StateForm::kGru, StateForm::kNone}) {
    const auto files = ExportModel(model, {.state = state});
    ASSERT_TRUE(files.ok()) << files.error().message;
    const auto merged = MergeModelFiles(*files, "export");
    ASSERT_TRUE(merged.ok()) << merged.error().message;
    EXPECT_TRUE(SameWeights(Load({*merged, Find(*files, kConfigFile)}), model));
    const onnx::Graph graph = test::Parse(*merged);
    // The states' order is that of the layout "combined".
    const auto direct = ExportModel(model, {.layout = ExportLayout::kCombined, .state = state});
    const onnx::Graph own = test::Parse(Find(*direct, kCombinedFile));
    EXPECT_EQ(Names(graph.inputs), Names(own.inputs));
    EXPECT_EQ(Names(graph.outputs), Names(own.outputs));
    EXPECT_EQ(test::Metadata(graph, "states"), test::Metadata(own, "states"));
    EXPECT_EQ(test::Metadata(graph, "layout"), "combined");
  }
}

TEST(MergeTest, StreamingFilesBecomeOne) {
  const Model model = Load(ReadTinyFiles("dfn3_skips"));
  for (const StateForm state : {StateForm::kFull, StateForm::kGru}) {
    const auto files = ExportModel(model, {.layout = ExportLayout::kStreaming, .state = state});
    ASSERT_TRUE(files.ok()) << files.error().message;
    const auto merged = MergeModelFiles(*files, "export");
    ASSERT_TRUE(merged.ok()) << merged.error().message;
    EXPECT_EQ(merged->name, kCombinedStreamingFile);
    EXPECT_TRUE(SameWeights(Load({*merged, Find(*files, kConfigFile)}), model));
  }
}

TEST(MergeTest, TensorsAndAttributesStayBitForBit) {
  const Graphs g("dfn2");
  const auto merged = MergeNetworks(g.enc(), g.erb_dec(), g.df_dec());
  ASSERT_TRUE(merged.ok()) << merged.error().message;
  size_t node = 0;
  size_t tensor = 0;
  for (const NamedGraph& part : {g.enc(), g.erb_dec(), g.df_dec()}) {
    for (const onnx::Tensor& own : part.graph.initializers) {
      const onnx::Tensor& other = merged->initializers.at(tensor++);
      EXPECT_EQ(own.dims, other.dims);
      EXPECT_TRUE(std::equal(own.raw.begin(), own.raw.end(), other.raw.begin(), other.raw.end()));
    }
    for (const onnx::Node& own : part.graph.nodes) {
      const onnx::Node& other = merged->nodes.at(node++);
      EXPECT_EQ(own.op_type, other.op_type);
      ASSERT_EQ(own.attributes.size(), other.attributes.size());
      for (size_t i = 0; i < own.attributes.size(); ++i) {
        EXPECT_EQ(own.attributes[i].name, other.attributes[i].name);
        EXPECT_EQ(own.attributes[i].value.index(), other.attributes[i].value.index());
      }
    }
  }
  EXPECT_EQ(merged->nodes.size(), node);
  EXPECT_EQ(merged->initializers.size(), tensor);
}

TEST(MergeTest, GraphsThatCannotBeLiftedAreMerged) {
  Graphs g("dfn3");
  g.InsertUnknown("erb_dec.onnx", "m");
  auto files = g.Write();
  ASSERT_FALSE(LoadModelFiles(files, "odd").ok());
  const auto merged = MergeModelFiles(files, "odd");
  ASSERT_TRUE(merged.ok()) << merged.error().message;
  const onnx::Graph graph = test::Parse(*merged);
  EXPECT_THAT(Names(graph.outputs), ElementsAre("lsnr", "m", "coefs"));
  EXPECT_EQ(test::Count(graph, "Softsign"), 1u);
}

TEST(MergeTest, StateNamesThatCollideAreTold) {
  Graphs g("dfn3_h0");
  RenameValue(g["erb_dec.onnx"], "erb_h0", "h0");
  RenameValue(g["erb_dec.onnx"], "erb_h1", "h1");
  const auto merged = MergeNetworks(g.enc(), g.erb_dec(), g.df_dec());
  ASSERT_TRUE(merged.ok()) << merged.error().message;
  EXPECT_THAT(Names(merged->inputs), ElementsAre("feat_erb", "feat_spec", "h0", "erb_h0", "df_h0"));
}

TEST(MergeTest, InputsThatNothingReadsAreLeftOut) {
  Graphs g("dfn3");
  g["enc.onnx"].inputs.push_back(
      {.name = "h0", .type = onnx::DataType::kFloat, .dims = {1, 1, 16}, .dim_names = {}});
  const auto merged = MergeNetworks(g.enc(), g.erb_dec(), g.df_dec());
  ASSERT_TRUE(merged.ok()) << merged.error().message;
  EXPECT_THAT(Names(merged->inputs), ElementsAre("feat_erb", "feat_spec"));
}

// The sentence that merging the encoder of one model with the decoders of another ends in.
std::string Refusal(const Graphs& enc, const Graphs& erb, const Graphs& df) {
  const auto merged = MergeNetworks(enc.enc(), erb.erb_dec(), df.df_dec());
  EXPECT_FALSE(merged.ok());
  if (merged.ok()) return "";
  EXPECT_EQ(merged.error().code, ErrorCode::kMismatch) << merged.error().message;
  return merged.error().message;
}

TEST(MergeTest, RefusesPartsThatDoNotBelongTogether) {
  const Graphs dfn3("dfn3");
  const Graphs h0("dfn3_h0");
  const Graphs time2("dfn3_time2");
  const Graphs dfn2("dfn2");
  EXPECT_THAT(Refusal(dfn3, h0, dfn3),
              AllOf(HasSubstr("erb_dec.onnx: has opset 14"), HasSubstr("enc.onnx has opset 12")));
  EXPECT_THAT(Refusal(dfn3, dfn3, time2), AllOf(HasSubstr("df_dec.onnx: input \"emb\" has 48"),
                                                HasSubstr("enc.onnx gives \"emb\" with 32")));
  EXPECT_THAT(Refusal(dfn2, dfn3, dfn2), HasSubstr("DeepFilterNet3"));
  EXPECT_THAT(Refusal(dfn3, dfn2, dfn3), HasSubstr("DeepFilterNet2"));
}

TEST(MergeTest, RefusesAMapOfOtherChannels) {
  Graphs g("dfn3");
  onnx::Graph& erb = g["erb_dec.onnx"];
  for (onnx::Tensor& tensor : erb.initializers) {
    if (tensor.name != test::WeightOf(erb, "e0")) continue;
    tensor.dims = {tensor.dims[0] / 2, tensor.dims[1] * 2, tensor.dims[2], tensor.dims[3]};
  }
  EXPECT_THAT(Refusal(g, g, g), HasSubstr("erb_dec.onnx: input \"e0\" has"));
}

TEST(MergeTest, RefusesMissingInputsAndOutputs) {
  Graphs g("dfn3");
  RenameValue(g["enc.onnx"], "e2", "map2");
  EXPECT_THAT(Refusal(g, g, g), HasSubstr("erb_dec.onnx: input \"e2\""));
  const Graphs whole("dfn3");
  const auto swapped = MergeNetworks(whole.enc(), whole.df_dec(), whole.erb_dec());
  ASSERT_FALSE(swapped.ok());
  EXPECT_THAT(swapped.error().message, HasSubstr("df_dec.onnx: there is no output \"m\""));
}

TEST(MergeTest, RefusesSubgraphs) {
  Graphs g("dfn3");
  g["df_dec.onnx"].nodes.front().attributes.push_back({"body", std::monostate()});
  const auto merged = MergeNetworks(g.enc(), g.erb_dec(), g.df_dec());
  ASSERT_FALSE(merged.ok());
  EXPECT_EQ(merged.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(merged.error().message, AllOf(HasSubstr("df_dec.onnx"), HasSubstr("\"body\"")));
}

TEST(MergeTest, SaysWhatIsMissing) {
  const std::vector<NamedBytes> none = {{"config.ini", {}}};
  EXPECT_EQ(MergeModelFiles(none, "folder").error().code, ErrorCode::kNotFound);
  auto files = ReadTinyFiles("dfn3");
  std::erase_if(files, [](const NamedBytes& file) { return file.name == "df_dec.onnx"; });
  EXPECT_THAT(MergeModelFiles(files, "folder").error().message,
              HasSubstr("folder: there is no df_dec.onnx"));
}

}  // namespace
}  // namespace dfn
