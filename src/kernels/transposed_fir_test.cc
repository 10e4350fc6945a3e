#include "kernels/transposed_fir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/checked.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

constexpr size_t kRows = 5;

class TransposedFirTest : public ::testing::TestWithParam<std::pair<size_t, size_t>> {};

// Compares with the definition over more frames than a row holds.
TEST_P(TransposedFirTest, EachFrameGetsWhatItAndItsPredecessorsAdd) {
  const auto [frames, outputs] = GetParam();
  const TransposedFirShape shape{
      .rows = kRows,
      .outputs = outputs,
      .frames = frames,
      .stride = RoundUp(frames * outputs, kTransposedFirLanes) + outputs};
  const size_t steps = 2 * frames + 3;
  std::vector<std::vector<float>> added;
  for (size_t t = 0; t < steps; ++t) {
    std::vector<float> rows(kRows * shape.stride + kTransposedFirLanes);
    RandomFloats random(t);
    for (size_t r = 0; r < kRows; ++r) {
      for (size_t i = 0; i < (frames + 1) * outputs; ++i) {
        rows[r * shape.stride + i] = random.Next();
      }
    }
    added.push_back(rows);
  }
  for (Activation activation : {Activation::kNone, Activation::kRelu}) {
    ForEachKernelTarget([&, frames = frames, outputs = outputs] {
      std::vector<float> pending(kRows * shape.stride);
      for (size_t t = 0; t < steps; ++t) {
        std::vector<float> output(kRows * outputs + kTransposedFirLanes, -7.0f);
        TransposedFirStep(shape, added[t].data(), pending.data(), output.data(), activation);
        for (size_t r = 0; r < kRows; ++r) {
          for (size_t n = 0; n < outputs; ++n) {
            float sum = 0.0f;  // oldest first
            for (size_t age = std::min(t, frames) + 1; age-- > 0;) {
              sum += added[t - age][r * shape.stride + age * outputs + n];
            }
            if (activation == Activation::kRelu) sum = std::max(sum, 0.0f);
            ASSERT_EQ(output[r * outputs + n], sum) << t << " " << r << " " << n;
          }
        }
        ASSERT_EQ(output[kRows * outputs + kTransposedFirLanes - 1], -7.0f);
      }
    });
  }
}

INSTANTIATE_TEST_SUITE_P(FramesAndOutputs, TransposedFirTest,
                         ::testing::Values(std::pair{0, 5}, std::pair{1, 1}, std::pair{2, 8},
                                           std::pair{4, 5}, std::pair{4, 3}, std::pair{3, 10},
                                           std::pair{1, 17}));

}  // namespace
}  // namespace dfn
