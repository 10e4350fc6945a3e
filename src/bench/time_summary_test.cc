#include "bench/time_summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace dfn::bench {
namespace {

TEST(TimeSummaryTest, NothingIsAllZero) {
  const TimeSummary summary = Summarize({});
  EXPECT_EQ(summary.count, 0u);
  EXPECT_EQ(summary.median, 0.0);
  EXPECT_EQ(summary.max, 0.0);
}

TEST(TimeSummaryTest, OneTimeIsEveryFigure) {
  const std::vector<float> times = {3.5f};
  const TimeSummary summary = Summarize(times);
  for (const double figure :
       {summary.min, summary.median, summary.p99, summary.max, summary.mean}) {
    EXPECT_EQ(figure, 3.5);
  }
}

TEST(TimeSummaryTest, PercentilesAreTimesThatOccurred) {
  std::vector<float> times(200);
  for (size_t i = 0; i < times.size(); ++i) times[i] = static_cast<float>(i + 1);
  std::reverse(times.begin(), times.end());
  const TimeSummary summary = Summarize(times);
  EXPECT_EQ(summary.count, 200u);
  EXPECT_EQ(summary.min, 1.0);
  EXPECT_EQ(summary.median, 100.0);
  EXPECT_EQ(summary.p99, 198.0);
  EXPECT_EQ(summary.max, 200.0);
  EXPECT_EQ(summary.mean, 100.5);
}

TEST(TimeSummaryTest, OneSlowTimeMovesNeitherMedianNorP99OfMany) {
  std::vector<float> times(1000, 2.0f);
  times[17] = 5000.0f;
  const TimeSummary summary = Summarize(times);
  EXPECT_EQ(summary.median, 2.0);
  EXPECT_EQ(summary.p99, 2.0);
  EXPECT_EQ(summary.max, 5000.0);
}

}  // namespace
}  // namespace dfn::bench
