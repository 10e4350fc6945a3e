#include "kernels/reduced_weights.h"

#include <gtest/gtest.h>

#include <limits>

namespace dfn {
namespace {

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
  EXPECT_EQ(InputLimit(512), 255);
  EXPECT_EQ(InputLimit(66000), 255);
  EXPECT_LT(InputLimit(67000), 255);
}

}  // namespace
}  // namespace dfn
