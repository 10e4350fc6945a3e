#include "stream/denoise/gating.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace dfn {
namespace {

constexpr GatingRule kRule = {.lsnr_min_db = -15.0f,
                              .lsnr_max_db = 35.0f,
                              .min_db_thresh = -10.0f,
                              .max_db_erb_thresh = 30.0f,
                              .max_db_df_thresh = 20.0f};

TEST(DecideStageTest, ComparesStrictly) {
  EXPECT_EQ(DecideStage(-10.1f, kRule), Stage::kZero);
  EXPECT_EQ(DecideStage(-10.0f, kRule), Stage::kFilter);
  EXPECT_EQ(DecideStage(20.0f, kRule), Stage::kFilter);
  EXPECT_EQ(DecideStage(20.1f, kRule), Stage::kGains);
  EXPECT_EQ(DecideStage(30.0f, kRule), Stage::kGains);
  EXPECT_EQ(DecideStage(30.1f, kRule), Stage::kAsIs);
}

TEST(DecideStageTest, RoundingAtTheEdgesOfTheRangeDecidesNothing) {
  GatingRule rule = kRule;
  rule.min_db_thresh = -15.0f;
  rule.max_db_erb_thresh = rule.max_db_df_thresh = 35.0f;
  EXPECT_EQ(DecideStage(-15.000003f, rule), Stage::kFilter);
  EXPECT_EQ(DecideStage(35.000004f, rule), Stage::kFilter);
}

TEST(DecideStageTest, TheLowestThresholdGoesFirst) {
  GatingRule rule = kRule;
  rule.min_db_thresh = std::numeric_limits<float>::infinity();
  EXPECT_EQ(DecideStage(34.0f, rule), Stage::kZero);
}

TEST(ReduceGainsTest, GivesAllChannelsOneMask) {
  const std::vector<float> gains = {0.25f, 1.0f, 0.5f, 0.25f, 0.75f, 0.25f};
  std::vector<float> reduced = gains;
  ReduceGains(ReduceMask::kMax, 3, 2, reduced.data());
  EXPECT_EQ(reduced, (std::vector<float>{0.75f, 1.0f, 0.75f, 1.0f, 0.75f, 1.0f}));
  reduced = gains;
  ReduceGains(ReduceMask::kMean, 3, 2, reduced.data());
  EXPECT_EQ(reduced, (std::vector<float>{0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f}));
  reduced = gains;
  ReduceGains(ReduceMask::kNone, 3, 2, reduced.data());
  EXPECT_EQ(reduced, gains);
}

}  // namespace
}  // namespace dfn
