#include "base/percentile.h"

#include <gtest/gtest.h>

#include <vector>

namespace dfn {
namespace {

TEST(PercentileTest, IsTheNearestRank) {
  const std::vector<double> values = {1.0, 2.0, 3.0, 4.0};
  const std::span<const double> sorted = values;
  EXPECT_EQ(Percentile(sorted, 0.0), 1.0);
  EXPECT_EQ(Percentile(sorted, 25.0), 1.0);
  EXPECT_EQ(Percentile(sorted, 50.0), 2.0);
  EXPECT_EQ(Percentile(sorted, 51.0), 3.0);
  EXPECT_EQ(Percentile(sorted, 99.0), 4.0);
  EXPECT_EQ(Percentile(sorted, 100.0), 4.0);
  EXPECT_EQ(Percentile(sorted.first(1), 50.0), 1.0);
}

}  // namespace
}  // namespace dfn
