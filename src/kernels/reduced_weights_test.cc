#include "kernels/reduced_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/half.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

constexpr size_t kBlocks = 3;
constexpr size_t kDepth = 7;  // odd: the last pair is half empty
constexpr size_t kWidth = 16;

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
  for (size_t block = 0; block < kBlocks; ++block) {
    for (size_t n = 0; n < kWidth; ++n) {
      const float scale = reduced.scales[block * kWidth + n];
      int largest = 0;
      for (size_t k = 0; k < 2 * Pairs(kDepth); ++k) {
        const size_t pair = block * Pairs(kDepth) + k / 2;
        const int byte = reduced.bytes[(pair * kWidth + n) * 2 + k % 2];
        const float weight = k < kDepth ? weights[(block * kDepth + k) * kWidth + n] : 0.0f;
        EXPECT_NEAR(static_cast<float>(byte) * scale, weight, 0.5001f * scale);
        largest = std::max(largest, std::abs(byte));
      }
      EXPECT_EQ(largest, block == 0 && n == 5 ? 0 : 127);
    }
  }
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
