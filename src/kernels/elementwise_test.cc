#include "kernels/elementwise.h"

#include <gtest/gtest.h>

#include "kernels/testing/compare.h"

namespace dfn {
namespace {

TEST(AddRowsTest, AddsEachRowAndNothingBetween) {
  ForEachKernelTarget([] {
    constexpr size_t kRows = 3;
    for (size_t n : {1u, 4u, 15u, 16u, 33u}) {
      const size_t x_stride = n + 2;
      const size_t y_stride = n + 5;
      const std::vector<float> x = RandomFloats(n).Vector(kRows * x_stride);
      const std::vector<float> before = RandomFloats(n + 1).Vector(kRows * y_stride);
      std::vector<float> y = before;
      AddRows(kRows, n, x.data(), x_stride, y.data(), y_stride);
      for (size_t r = 0; r < kRows; ++r) {
        for (size_t i = 0; i < y_stride; ++i) {
          const size_t at = r * y_stride + i;
          EXPECT_EQ(y[at], i < n ? before[at] + x[r * x_stride + i] : before[at]);
        }
      }
    }
  });
}

}  // namespace
}  // namespace dfn
