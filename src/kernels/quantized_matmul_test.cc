#include "kernels/quantized_matmul.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>

#include "kernels/quantized_matmul_scalar.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// The integer sums are equal; scaling, bias and activation round in different places.
constexpr float kTolerance = 1e-6f;
// Each weight is off by up to half a step of 1 / 127, and these errors add up like noise to a few
// times that size.
constexpr float kFloatTolerance = 1.5e-2f;
// Marks elements that no row may overwrite.
constexpr float kUntouched = 12345.0f;
constexpr size_t kMaxRows = 107;  // more than a block

struct Shape {
  size_t groups, inputs, outputs;
};
void PrintTo(const Shape& s, std::ostream* out) {
  *out << s.groups << "x" << s.inputs << "to" << s.outputs;
}
constexpr Shape kShapes[] = {{1, 1, 1},    {1, 64, 64},  {1, 256, 80}, {1, 21, 31}, {4, 24, 5},
                             {32, 96, 16}, {16, 16, 60}, {3, 7, 33},   {2, 40, 65}, {1, 3072, 20}};

class QuantizedMatMulTest : public ::testing::TestWithParam<Shape> {
 protected:
  QuantizedMatMulTest()
      : shape_(GetParam()),
        x_stride_(shape_.groups * shape_.inputs + 3),
        y_stride_(shape_.groups * shape_.outputs + 7) {
    RandomFloats random(shape_.inputs * 31 + shape_.outputs);
    const float scale = 1.0f / std::sqrt(static_cast<float>(shape_.inputs));
    weights_ = random.Vector(shape_.groups * shape_.inputs * shape_.outputs, scale);
    bias_ = random.Vector(shape_.groups * shape_.outputs);
    matrix_ = PackMatrix(shape_.groups, 1, shape_.inputs, shape_.outputs, weights_, bias_,
                         Precision::kI8);
    x_ = random.Vector(kMaxRows * x_stride_);
    FitRows(matrix_, kMaxRows, scratch_);
  }

  std::vector<float> Run(size_t first, size_t rows, Activation activation) {
    std::vector<float> y(rows * y_stride_, kUntouched);
    QuantizedMatMul(matrix_, rows, x_.data() + first * x_stride_, x_stride_, y.data(), y_stride_,
                    activation, scratch_);
    return y;
  }

  Shape shape_;
  size_t x_stride_;
  size_t y_stride_;
  std::vector<float> weights_, bias_, x_;
  PackedMatrix matrix_;
  QuantizedRows scratch_;
};

TEST_P(QuantizedMatMulTest, EqualsItsScalarTwin) {
  for (Activation activation : {Activation::kNone, Activation::kRelu, Activation::kTanh}) {
    std::vector<float> expected(kMaxRows * y_stride_, kUntouched);
    scalar::QuantizedMatMul(matrix_, kMaxRows, x_.data(), x_stride_, expected.data(), y_stride_,
                            activation);
    ForEachKernelTarget([&] {
      const std::vector<float> y = Run(0, kMaxRows, activation);
      for (size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], expected[i], kTolerance) << i;
    });
  }
}

TEST_P(QuantizedMatMulTest, TwinIsNearTheProductOfTheWeightsAsTheyCame) {
  std::vector<float> y(kMaxRows * y_stride_);
  scalar::QuantizedMatMul(matrix_, kMaxRows, x_.data(), x_stride_, y.data(), y_stride_,
                          Activation::kNone);
  for (size_t r = 0; r < kMaxRows; ++r) {
    for (size_t i = 0; i < shape_.groups * shape_.outputs; ++i) {
      const size_t g = i / shape_.outputs;
      double sum = bias_[i];
      for (size_t k = 0; k < shape_.inputs; ++k) {
        sum += double{x_[r * x_stride_ + g * shape_.inputs + k]} *
               weights_[(g * shape_.inputs + k) * shape_.outputs + i % shape_.outputs];
      }
      ASSERT_NEAR(y[r * y_stride_ + i], sum, kFloatTolerance) << r << " " << i;
    }
  }
}

TEST_P(QuantizedMatMulTest, RowsGiveTheSameBitsInAnyCut) {
  ForEachKernelTarget([&] {
    const std::vector<float> whole = Run(0, kMaxRows, Activation::kTanh);
    for (size_t cut : {1u, 2u, 3u, 4u, 5u, 7u, 50u}) {
      for (size_t first = 0; first < kMaxRows; first += cut) {
        const size_t rows = std::min(cut, kMaxRows - first);
        const std::vector<float> same(
            whole.begin() + static_cast<ptrdiff_t>(first * y_stride_),
            whole.begin() + static_cast<ptrdiff_t>((first + rows) * y_stride_));
        ASSERT_EQ(Run(first, rows, Activation::kTanh), same) << rows << " rows from " << first;
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Shapes, QuantizedMatMulTest, ::testing::ValuesIn(kShapes));

// Computes one output of `depth` equal weights, so that all products have the largest magnitude.
std::vector<float> RunLargest(size_t depth, float input, float weight) {
  const PackedMatrix matrix =
      PackMatrix(1, 1, depth, 1, std::vector<float>(depth, weight), {}, Precision::kI8);
  QuantizedRows scratch;
  FitRows(matrix, 2, scratch);
  const std::vector<float> x(2 * depth, input);
  std::vector<float> y(2);
  QuantizedMatMul(matrix, 2, x.data(), depth, y.data(), 1, Activation::kNone, scratch);
  return y;
}

TEST(QuantizedMatMulRangeTest, LargestSumsDoNotOverflow) {
  ForEachKernelTarget([] {
    for (size_t depth : {2u, 256u, 512u, 516u, 517u, 3072u, 20000u}) {
      const auto sum = static_cast<float>(depth);
      for (float value : RunLargest(depth, 1.0f, 1.0f)) EXPECT_NEAR(value, sum, sum * 1e-6f);
      for (float value : RunLargest(depth, -1.0f, 1.0f)) EXPECT_NEAR(value, -sum, sum * 1e-6f);
    }
  });
}

TEST(QuantizedMatMulRangeTest, ZerosTinyAndEndlessInputsGiveFiniteResults) {
  ForEachKernelTarget([] {
    for (float value : RunLargest(20, 0.0f, 1.0f)) EXPECT_EQ(value, 0.0f);
    for (float value : RunLargest(20, 1e-38f, 1.0f)) EXPECT_NEAR(value, 0.0f, 1e-30f);
    for (float value : RunLargest(20, std::nanf(""), 1e-3f)) EXPECT_TRUE(std::isfinite(value));
    const float endless = std::numeric_limits<float>::infinity();
    for (float value : RunLargest(20, endless, 1e-3f)) EXPECT_TRUE(std::isfinite(value));
  });
}

}  // namespace
}  // namespace dfn
