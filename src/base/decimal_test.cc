#include "base/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dfn {
namespace {

TEST(DecimalTest, IsTheNumberThatWasGiven) {
  EXPECT_EQ(Decimal(0.02f), 0.02);
  EXPECT_EQ(Decimal(12.1f), 12.1);
  EXPECT_EQ(Decimal(-15.0f), -15.0);
  EXPECT_EQ(Decimal(0.0f), 0.0);
  EXPECT_EQ(Decimal(0.99f), 0.99);
  EXPECT_EQ(Decimal(1e8f), 1e8);
}

TEST(DecimalTest, OfOtherNumbersIsTheirValue) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(Decimal(kInfinity), static_cast<double>(kInfinity));
  EXPECT_TRUE(std::isnan(Decimal(std::nanf(""))));
  EXPECT_EQ(Decimal(1.5e-12f), static_cast<double>(1.5e-12f));
}

}  // namespace
}  // namespace dfn
