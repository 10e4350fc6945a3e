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

// Floats of every exponent, on both sides of each half's limits and where the cases meet.
TEST(HalfTest, ManyAtOnceGiveTheSameHalves) {
  std::vector<float> floats = {0.0f,
                               65504.0f,
                               65505.0f,
                               65519.0f,
                               65520.0f,
                               std::numeric_limits<float>::max(),
                               std::numeric_limits<float>::infinity(),
                               std::nanf(""),
                               std::numeric_limits<float>::denorm_min()};
  for (uint32_t bits = 0; bits < 0x7f800000u; bits += 4093) {
    floats.push_back(std::bit_cast<float>(bits));
  }
  for (uint16_t half = 0; half < 0x7bff; ++half) {
    const float low = FloatFromHalf(half);
    const float middle = low + (FloatFromHalf(static_cast<uint16_t>(half + 1)) - low) / 2;
    for (float value : {low, middle, std::nextafter(middle, 0.0f), std::nextafter(middle, 1e6f)}) {
      floats.push_back(value);
    }
  }
  const size_t positive = floats.size();
  for (size_t i = 0; i < positive; ++i) floats.push_back(-floats[i]);
  std::vector<uint16_t> halves(floats.size());
  HalvesFromFloats(floats.data(), floats.size(), halves.data());
  for (size_t i = 0; i < floats.size(); ++i) {
    ASSERT_EQ(halves[i], HalfFromFloat(floats[i])) << floats[i];
  }
}

// The bits of a function's result. x86 of 32 bits returns floats in registers that make NaNs quiet.
uint32_t BitsAsReturned(float value) {
#if defined(__i386__)
  if (std::isnan(value)) return std::bit_cast<uint32_t>(value) | 1u << 22;
#endif
  return std::bit_cast<uint32_t>(value);
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
    ASSERT_EQ(BitsAsReturned(floats[half]),
              BitsAsReturned(FloatFromHalf(static_cast<uint16_t>(half))))
        << half;
  }
}

TEST(HalfTest, LargeValuesStayFinite) {
  EXPECT_EQ(HalfFromFloat(1e9f), 0x7bff);
  EXPECT_EQ(HalfFromFloat(-65535.0f), 0xfbff);
}

}  // namespace
}  // namespace dfn
