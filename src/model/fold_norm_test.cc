#include "model/fold_norm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dfn {
namespace {

using ::testing::ElementsAre;

// All scales are powers of two.
BatchNorm Norm(size_t channels) {
  BatchNorm norm;
  norm.epsilon = 0.25;
  for (size_t c = 0; c < channels; ++c) {
    norm.weight.push_back(static_cast<float>(1 << c));
    norm.bias.push_back(static_cast<float>(10 * c));
    norm.mean.push_back(1.0f);
    norm.variance.push_back(3.75f);  // scale = weight / 2
  }
  return norm;
}

TEST(FoldNormTest, WeightsAndBiasAreScaledByTheirOutput) {
  Conv conv;
  conv.in_channels = 2;
  conv.out_channels = 3;
  conv.kernel_f = 2;
  conv.weight.assign(12, 2.0f);
  conv.bias = {1.0f, 2.0f, 3.0f};
  FoldNorm(Norm(3), conv);
  EXPECT_THAT(conv.weight, ElementsAre(1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4));
  // bias + (conv's - mean) * scale
  EXPECT_THAT(conv.bias, ElementsAre(0, 11, 24));
}

TEST(FoldNormTest, ATransposedWeightHasItsOutputsInside) {
  Conv conv;
  conv.in_channels = conv.out_channels = 4;
  conv.groups = 2;
  conv.transposed = true;
  conv.weight.assign(8, 2.0f);  // [in, out / groups]
  FoldNorm(Norm(4), conv);
  EXPECT_THAT(conv.weight, ElementsAre(1, 2, 1, 2, 4, 8, 4, 8));
  EXPECT_THAT(conv.bias, ElementsAre(-0.5f, 9, 18, 26));
}

}  // namespace
}  // namespace dfn
