#include "kernels/reduced_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/half.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

constexpr size_t kBlocks = 3;
constexpr size_t kDepth = 7;   // the last quad is not full
constexpr size_t kWidth = 48;  // three panels

TEST(ReducedWeightsTest, HalvesKeepTheLayout) {
  const std::vector<float> weights = RandomFloats(1).Vector(kBlocks * kDepth * kWidth);
  const ReducedWeights reduced = ReduceWeights(weights, kDepth, kWidth, Precision::kF16);
  ASSERT_EQ(reduced.halves.size(), weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    EXPECT_NEAR(FloatFromHalf(reduced.halves[i]), weights[i],
                std::abs(weights[i]) * 0x1p-11f + 3e-8f);
  }
}

TEST(ReducedWeightsTest, BytesAreWithinHalfAStepOfEachColumn) {
  std::vector<float> weights = RandomFloats(2).Vector(kBlocks * kDepth * kWidth);
  for (size_t k = 0; k < kDepth; ++k) weights[k * kWidth + 5] = 0.0f;  // a column of zeros
  const ReducedWeights reduced = ReduceWeights(weights, kDepth, kWidth, Precision::kI8);
  ASSERT_EQ(reduced.bytes.size(), kBlocks * kWidth * PaddedDepth(kDepth));
  for (size_t column = 0; column < kBlocks * kWidth; ++column) {
    const size_t block = column / kWidth;
    const float scale = reduced.scales[column];
    int largest = 0;
    int sum = 0;
    for (size_t k = 0; k < PaddedDepth(kDepth); ++k) {
      const size_t quad = column / kPanel * Quads(kDepth) + k / 4;
      const int byte = reduced.bytes[(quad * kPanel + column % kPanel) * 4 + k % 4];
      const float weight =
          k < kDepth ? weights[(block * kDepth + k) * kWidth + column % kWidth] : 0.0f;
      EXPECT_NEAR(static_cast<float>(byte) * scale, weight, 0.5001f * scale);
      largest = std::max(largest, std::abs(byte));
      sum += byte;
    }
    EXPECT_EQ(largest, column == 5 ? 0 : 127);
    EXPECT_EQ(reduced.column_sums[column], sum);
  }
}

TEST(ReducedWeightsTest, DepthsArePaddedToEight) {
  EXPECT_EQ(Quads(1), 2u);
  EXPECT_EQ(Quads(8), 2u);
  EXPECT_EQ(Quads(9), 4u);
  EXPECT_EQ(PaddedDepth(250), 256u);
}

TEST(ReducedWeightsTest, LargestSumFitsAnInt32) {
  for (size_t depth : {1u, 16u, 256u, 512u, 516u, 517u, 3072u, 100000u, 16000000u}) {
    const uint64_t sum = uint64_t{depth} * 127 * static_cast<uint64_t>(InputLimit(depth));
    EXPECT_LE(sum, uint64_t{std::numeric_limits<int32_t>::max()}) << depth;
    EXPECT_GE(InputLimit(depth), 1) << depth;
  }
  EXPECT_EQ(InputLimit(512), std::numeric_limits<int16_t>::max());
}

}  // namespace
}  // namespace dfn
