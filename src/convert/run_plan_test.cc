#include "convert/run_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "convert/export.h"
#include "convert/test_plans.h"

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

}  // namespace
}  // namespace dfn
