#include "base/checked.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

constexpr size_t kMax = std::numeric_limits<size_t>::max();

TEST(CheckedTest, SumsAndProductsThatFit) {
  EXPECT_EQ(CheckedAdd(kMax - 1, 1), kMax);
  EXPECT_EQ(CheckedMul(kMax, 1), kMax);
  EXPECT_EQ(CheckedMul(0, kMax), 0u);
  EXPECT_EQ(CheckedMul(kMax, 0), 0u);
}

TEST(CheckedTest, OverflowIsNullopt) {
  EXPECT_EQ(CheckedAdd(kMax, 1), std::nullopt);
  EXPECT_EQ(CheckedMul(kMax / 2 + 1, 2), std::nullopt);
}

TEST(CheckedTest, SizesThatFit) {
  EXPECT_EQ(CheckedSize(0), 0u);
  EXPECT_EQ(CheckedSize(7), 7u);
  EXPECT_EQ(CheckedSize(-1), std::nullopt);
  EXPECT_EQ(CheckedSize(std::numeric_limits<int64_t>::min()), std::nullopt);
  // Where sizes have 32 bits, 2^40 must not become 0.
  const bool wide = sizeof(size_t) == sizeof(int64_t);
  EXPECT_EQ(CheckedSize(int64_t{1} << 40).has_value(), wide);
}

TEST(CheckedTest, RoundUpReachesTheNextMultiple) {
  EXPECT_EQ(RoundUp(0, 16), 0u);
  EXPECT_EQ(RoundUp(1, 16), 16u);
  EXPECT_EQ(RoundUp(16, 16), 16u);
}

}  // namespace
}  // namespace dfn
