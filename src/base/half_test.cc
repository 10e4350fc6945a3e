#include "base/half.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace dfn {
namespace {

constexpr uint32_t kHalves = 0x10000;

TEST(HalfTest, EveryHalfComesBack) {
  for (uint32_t bits = 0; bits < kHalves; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float value = FloatFromHalf(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(FloatFromHalf(HalfFromFloat(value)))) << bits;
    } else {
      EXPECT_EQ(HalfFromFloat(value), half) << bits;
    }
  }
}

TEST(HalfTest, KnownValues) {
  EXPECT_EQ(FloatFromHalf(0x3c00), 1.0f);
  EXPECT_EQ(FloatFromHalf(0xc000), -2.0f);
  EXPECT_EQ(FloatFromHalf(0x7bff), 65504.0f);
  EXPECT_EQ(FloatFromHalf(0x0001), 0x1p-24f);
  EXPECT_EQ(std::bit_cast<uint32_t>(FloatFromHalf(0x8000)), 0x80000000u);
  EXPECT_EQ(FloatFromHalf(0x7c00), std::numeric_limits<float>::infinity());
}

// Halfway between two neighbours the even one wins; a hair beside it, the nearer one.
TEST(HalfTest, RoundsToNearestEven) {
  for (uint16_t half = 0; half < 0x7bff; ++half) {
    const float low = FloatFromHalf(half);
    const float high = FloatFromHalf(static_cast<uint16_t>(half + 1));
    const float middle = low + (high - low) / 2;
    EXPECT_EQ(HalfFromFloat(middle), half % 2 == 0 ? half : half + 1) << half;
    EXPECT_EQ(HalfFromFloat(std::nextafter(middle, low)), half);
    EXPECT_EQ(HalfFromFloat(-std::nextafter(middle, high)), (half + 1) | 0x8000);
  }
}

TEST(HalfTest, ManyAtOnceGiveTheSameFloats) {
  std::vector<uint8_t> bytes = {0};  // what follows is not aligned
  for (uint32_t half = 0; half < kHalves; ++half) {
    bytes.push_back(static_cast<uint8_t>(half));
    bytes.push_back(static_cast<uint8_t>(half >> 8));
  }
  std::vector<float> floats(kHalves);
  FloatsFromHalfBytes(bytes.data() + 1, floats.size(), floats.data());
  for (uint32_t half = 0; half < kHalves; ++half) {
    ASSERT_EQ(std::bit_cast<uint32_t>(floats[half]),
              std::bit_cast<uint32_t>(FloatFromHalf(static_cast<uint16_t>(half))))
        << half;
  }
}

TEST(HalfTest, LargeValuesStayFinite) {
  EXPECT_EQ(HalfFromFloat(1e9f), 0x7bff);
  EXPECT_EQ(HalfFromFloat(-65535.0f), 0xfbff);
}

}  // namespace
}  // namespace dfn
