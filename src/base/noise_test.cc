#include "base/noise.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dfn {
namespace {

// Results of timing runs and of parity checks depend on the sequence.
TEST(NoiseTest, TheSequenceIsFixed) {
  NoiseGenerator bits(1);
  EXPECT_EQ(bits.NextBits(), 1015568748u);
  EXPECT_EQ(bits.NextBits(), 1586005467u);
  NoiseGenerator noise;
  EXPECT_EQ(noise.Next(), static_cast<float>(1015568748u >> 8) / 8388608.0f - 1.0f);
  EXPECT_EQ(noise.Next(), static_cast<float>(1586005467u >> 8) / 8388608.0f - 1.0f);
}

TEST(NoiseTest, FillsItsRangeEvenly) {
  NoiseGenerator noise(7);
  constexpr int kValues = 100'000;
  double sum = 0.0;
  float least = 1.0f;
  float most = -1.0f;
  for (int i = 0; i < kValues; ++i) {
    const float value = noise.Next();
    sum += value;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  EXPECT_GE(least, -1.0f);
  EXPECT_LT(most, 1.0f);
  EXPECT_LT(least, -0.999f);
  EXPECT_GT(most, 0.999f);
  EXPECT_NEAR(sum / kValues, 0.0, 0.01);
}

}  // namespace
}  // namespace dfn
