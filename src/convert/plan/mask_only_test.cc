// Models whose config leaves the deep filter out, from every form of files to every other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "convert/config/config_writer.h"
#include "convert/config/metadata.h"
#include "convert/config/model_files.h"
#include "convert/graph/graph_edit.h"
#include "convert/load/load.h"
#include "convert/surgery/merge.h"
#include "convert/surgery/split.h"
#include "convert/testing/graphs.h"
#include "convert/testing/plans.h"

namespace dfn {
namespace {

using test::Export;
using test::Plan;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Model MaskModel(const std::string& name = "dfn3_mask") {
  for (const test::NamedConfig& named : test::SmallConfigs()) {
    if (named.name == name) return test::RandomModel(named.config, 3);
  }
  ADD_FAILURE() << name;
  return {};
}

std::vector<std::string> FileNames(const std::vector<NamedBytes>& files) {
  std::vector<std::string> names;
  for (const NamedBytes& file : files) names.push_back(file.name);
  return names;
}

std::vector<NamedBytes> Without(std::vector<NamedBytes> files, const std::string& name) {
  std::erase_if(files, [&](const NamedBytes& file) { return file.name == name; });
  return files;
}

// The files of a model with a deep filter, whose config then says that it is to be left out: what
// the Python package exports of a model that is used without one.
std::vector<NamedBytes> LeftOut(const ExportOptions& options) {
  Config config = MaskModel().config;
  config.mask_only = false;
  std::vector<NamedBytes> files = Export(test::RandomModel(config, 3), options);
  config.mask_only = true;
  const std::string text = WriteConfig(config);
  files.back().bytes.assign(text.begin(), text.end());
  return files;
}

Model Load(const std::vector<NamedBytes>& files) {
  auto model = LoadModelFiles(files, "memory");
  EXPECT_TRUE(model.ok()) << model.error().message;
  return model.ok() ? std::move(model).value() : Model();
}

TEST(MaskOnlyTest, ExportsHaveNoDfDecoder) {
  const Model model = MaskModel();
  EXPECT_THAT(FileNames(Export(model, {})), ElementsAre("enc.onnx", "erb_dec.onnx", "config.ini"));
  EXPECT_THAT(FileNames(Export(model, {.layout = ExportLayout::kStreaming})),
              ElementsAre("enc_conv_streaming.onnx", "enc_gru_streaming.onnx",
                          "erb_dec_streaming.onnx", "config.ini"));
  const auto combined = Export(model, {.layout = ExportLayout::kCombined});
  const onnx::Graph graph = test::ParseGraph(combined[0].bytes);
  EXPECT_EQ(FindOutput(graph, "coefs"), nullptr);
  EXPECT_NE(FindOutput(graph, "m"), nullptr);
  const std::string* noted = FindMetadata(graph.metadata, "mask_only");
  ASSERT_NE(noted, nullptr);
  EXPECT_EQ(*noted, "1");
}

TEST(MaskOnlyTest, EveryLayoutLoadsAgainAndExportsTheSameBytes) {
  for (const char* name : {"dfn3_mask", "dfn2_mask"}) {
    const Model model = MaskModel(name);
    for (const auto layout :
         {ExportLayout::kNetworks, ExportLayout::kCombined, ExportLayout::kStreaming}) {
      SCOPED_TRACE(std::string(name) + " " + LayoutName(layout));
      const auto files = Export(model, {.layout = layout});
      const Model again = Load(files);
      EXPECT_TRUE(test::SameModel(again, model));
      const auto repeated = Export(again, {.layout = layout});
      ASSERT_EQ(repeated.size(), files.size());
      for (size_t i = 0; i < files.size(); ++i) EXPECT_EQ(repeated[i].bytes, files[i].bytes);
    }
  }
}

TEST(MaskOnlyTest, ADfDecoderIsPassedOverAndMayBeMissing) {
  for (const auto layout :
       {ExportLayout::kNetworks, ExportLayout::kCombined, ExportLayout::kStreaming}) {
    SCOPED_TRACE(LayoutName(layout));
    const auto files = LeftOut({.layout = layout});
    const Model model = Load(files);
    EXPECT_TRUE(model.config.mask_only);
    EXPECT_EQ(model.df_decoder, DfDecoderWeights{});
    for (const char* decoder : {kNetworkFiles.back(), kStreamingFiles.back()}) {
      EXPECT_TRUE(test::SameModel(Load(Without(files, decoder)), model));
    }
  }
  const auto part = LoadModelFiles(Without(Export(MaskModel(), {}), "erb_dec.onnx"), "memory");
  ASSERT_FALSE(part.ok());
  EXPECT_THAT(part.error().message,
              HasSubstr("there is no erb_dec.onnx beside enc.onnx, and a model has both;"));
  const auto whole = LoadModelFiles(Without(test::ReadTiny("dfn3"), "df_dec.onnx"), "memory");
  ASSERT_FALSE(whole.ok());
  EXPECT_THAT(whole.error().message, HasSubstr("there is no df_dec.onnx"));
}

TEST(MaskOnlyTest, PlansAskForNoCoefficients) {
  for (const auto layout :
       {ExportLayout::kNetworks, ExportLayout::kCombined, ExportLayout::kStreaming}) {
    for (const StateForm state : {StateForm::kFull, StateForm::kGru, StateForm::kNone}) {
      if (layout == ExportLayout::kStreaming && state == StateForm::kNone) continue;
      SCOPED_TRACE(std::string(LayoutName(layout)) + " " + StateFormName(state));
      const ExportOptions options = {.layout = layout, .state = state};
      for (const auto& files : {Export(MaskModel(), options), LeftOut(options)}) {
        const RunPlan plan = Plan(files);
        EXPECT_TRUE(plan.config.mask_only);
        EXPECT_EQ(plan.form, state == StateForm::kFull ? RunForm::kAsGiven : RunForm::kExact);
        EXPECT_TRUE(plan.df_decoder.empty());
        EXPECT_EQ(plan.erb_decoder.empty(),
                  plan.form == RunForm::kAsGiven && layout == ExportLayout::kCombined);
        EXPECT_THAT(plan.files, Not(HasSubstr("df_dec")));
      }
    }
  }
}

TEST(MaskOnlyTest, GraphsThatDoNotLiftAreCutWithoutADfDecoder) {
  for (const auto layout : {ExportLayout::kNetworks, ExportLayout::kCombined}) {
    SCOPED_TRACE(LayoutName(layout));
    const ExportOptions options = {.layout = layout, .state = StateForm::kNone};
    for (const auto& files : {Export(MaskModel(), options), LeftOut(options)}) {
      const RunPlan plan = Plan(test::Disguise(files));
      EXPECT_EQ(plan.form, RunForm::kCut);
      EXPECT_FALSE(plan.erb_decoder.empty());
      EXPECT_TRUE(plan.df_decoder.empty());
    }
  }
}

TEST(MaskOnlyTest, MergingAndSplittingKeepTheModel) {
  const Model model = MaskModel();
  for (const auto layout : {ExportLayout::kNetworks, ExportLayout::kStreaming}) {
    SCOPED_TRACE(LayoutName(layout));
    const auto files = Export(model, {.layout = layout});
    const auto merged = MergeModelFiles(files, "memory");
    ASSERT_TRUE(merged.ok()) << merged.error().message;
    EXPECT_TRUE(test::SameModel(Load({*merged, files.back()}), model));
  }
  const auto split = SplitModelFiles(Export(model, {}), "memory", {});
  ASSERT_TRUE(split.ok()) << split.error().message;
  EXPECT_TRUE(test::SameModel(Load(*split), model));
  // Cut, since it does not lift.
  const auto combined =
      test::Disguise(Export(model, {.layout = ExportLayout::kCombined, .state = StateForm::kNone}));
  const auto cut = SplitModelFiles(combined, "memory", {});
  ASSERT_TRUE(cut.ok()) << cut.error().message;
  EXPECT_THAT(FileNames(*cut), ElementsAre("enc_conv_streaming.onnx", "enc_gru_streaming.onnx",
                                           "erb_dec_streaming.onnx", "config.ini"));
}

}  // namespace
}  // namespace dfn
