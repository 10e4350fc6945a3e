#include "kernels/matmul.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <tuple>

#include "kernels/matmul_scalar.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// The sums have up to 3,072 products of magnitude 1 / sqrt(number), which fused and separate
// rounding compute differently; the activations add their own error.
constexpr float kTolerance = 4e-6f;
// Marks elements that no row may overwrite.
constexpr float kUntouched = 12345.0f;

struct Shape {
  size_t groups, segments, inputs, outputs;
};
void PrintTo(const Shape& s, std::ostream* out) {
  *out << s.groups << "x" << s.segments << "x" << s.inputs << "to" << s.outputs;
}

constexpr Shape kShapes[] = {{1, 1, 1, 1},    {1, 1, 64, 64}, {1, 3, 18, 64}, {1, 5, 64, 10},
                             {1, 1, 256, 80}, {1, 1, 21, 31}, {4, 1, 24, 5},  {32, 1, 96, 16},
                             {16, 1, 16, 60}, {3, 2, 7, 33},  {2, 1, 40, 65}, {1, 1, 3072, 20},
                             {1, 3, 192, 1},  {8, 1, 384, 64}};

class MatMulTest : public ::testing::TestWithParam<std::tuple<Shape, Precision>> {
 protected:
  static constexpr size_t kMaxRows = 67;

  MatMulTest()
      : shape_(std::get<Shape>(GetParam())),
        x_stride_(shape_.groups * shape_.inputs + 3),
        y_stride_(shape_.groups * shape_.outputs + 7) {
    RandomFloats random(shape_.inputs * 31 + shape_.outputs);
    const size_t depth = shape_.segments * shape_.inputs;
    const float scale = 1.0f / std::sqrt(static_cast<float>(depth));
    matrix_ =
        PackMatrix(shape_.groups, shape_.segments, shape_.inputs, shape_.outputs,
                   random.Vector(shape_.groups * depth * shape_.outputs, scale),
                   random.Vector(shape_.groups * shape_.outputs), std::get<Precision>(GetParam()));
    for (size_t s = 0; s < shape_.segments; ++s) x_.push_back(random.Vector(kMaxRows * x_stride_));
  }

  std::vector<float> Run(size_t first, size_t rows, Activation activation, bool scalar = false) {
    std::vector<const float*> x;
    for (const auto& segment : x_) x.push_back(segment.data() + first * x_stride_);
    std::vector<float> y(rows * y_stride_, kUntouched);
    (scalar ? scalar::MatMul : static_cast<decltype(&scalar::MatMul)>(MatMul))(
        matrix_, rows, x.data(), x_stride_, y.data(), y_stride_, activation);
    return y;
  }

  Shape shape_;
  size_t x_stride_;
  size_t y_stride_;
  PackedMatrix matrix_;
  std::vector<std::vector<float>> x_;
};

TEST_P(MatMulTest, EqualsItsScalarTwin) {
  for (Activation activation :
       {Activation::kNone, Activation::kRelu, Activation::kSigmoid, Activation::kTanh}) {
    const std::vector<float> expected = Run(0, kMaxRows, activation, true);
    ForEachKernelTarget([&] {
      const std::vector<float> y = Run(0, kMaxRows, activation);
      for (size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], expected[i], kTolerance) << i;
    });
  }
}

TEST_P(MatMulTest, WritesNothingBetweenRows) {
  ForEachKernelTarget([&] {
    const std::vector<float> y = Run(0, kMaxRows, Activation::kNone);
    const size_t width = shape_.groups * shape_.outputs;
    for (size_t i = 0; i < y.size(); ++i) {
      ASSERT_EQ(y[i] == kUntouched, i % y_stride_ >= width) << "at " << i;
    }
  });
}

TEST_P(MatMulTest, RowsGiveTheSameBitsInAnyCut) {
  ForEachKernelTarget([&] {
    const std::vector<float> whole = Run(0, kMaxRows, Activation::kTanh);
    for (size_t cut : {1u, 2u, 3u, 5u, 7u, 9u, 11u, 50u}) {
      for (size_t first = 0; first < kMaxRows; first += cut) {
        const size_t rows = std::min(cut, kMaxRows - first);
        const std::vector<float> part = Run(first, rows, Activation::kTanh);
        const std::vector<float> same(
            whole.begin() + static_cast<ptrdiff_t>(first * y_stride_),
            whole.begin() + static_cast<ptrdiff_t>((first + rows) * y_stride_));
        ASSERT_EQ(part, same) << rows << " rows from " << first;
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Shapes, MatMulTest,
                         ::testing::Combine(::testing::ValuesIn(kShapes),
                                            ::testing::Values(Precision::kF32, Precision::kF16)));

TEST(MatMulNanTest, ReluGivesZero) {
  ForEachKernelTarget([] {
    const PackedMatrix matrix = PackMatrix(1, 1, 1, 20, std::vector<float>(20, 1.0f), {});
    const float x = std::nanf("");
    std::vector<float> y(20, kUntouched);
    MatMul(matrix, 1, &x, 1, y.data(), 20, Activation::kRelu);
    EXPECT_EQ(y, std::vector<float>(20, 0.0f));
  });
}

}  // namespace
}  // namespace dfn
