#include "kernels/dot_products.h"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// The sums have some hundred products of numbers below 1, in float against double.
constexpr float kTolerance = 1e-5f;

struct Shape {
  size_t rows, groups, segments, inputs, outputs;
};
void PrintTo(const Shape& s, std::ostream* out) {
  *out << s.rows << "r" << s.groups << "g" << s.segments << "s" << s.inputs << "to" << s.outputs;
}

class DotProductsTest : public ::testing::TestWithParam<Shape> {
 protected:
  DotProductsTest() : shape_(GetParam()), x_stride_(shape_.groups * shape_.inputs + 3) {
    RandomFloats random(shape_.rows + shape_.outputs);
    const size_t outputs = shape_.groups * shape_.outputs;
    dots_ =
        PackDots(shape_.groups, shape_.segments, shape_.inputs, shape_.outputs,
                 random.Vector(outputs * shape_.segments * shape_.inputs), random.Vector(outputs));
    for (size_t s = 0; s < shape_.segments; ++s)
      x_.push_back(random.Vector(shape_.rows * x_stride_));
    for (const auto& segment : x_) pointers_.push_back(segment.data());
  }

  Shape shape_;
  size_t x_stride_;
  PackedDots dots_;
  std::vector<std::vector<float>> x_;
  std::vector<const float*> pointers_;
};

INSTANTIATE_TEST_SUITE_P(Shapes, DotProductsTest,
                         ::testing::Values(Shape{96, 2, 5, 32, 5}, Shape{32, 1, 3, 64, 1},
                                           Shape{7, 1, 1, 16, 6}, Shape{19, 3, 2, 48, 3},
                                           Shape{1, 1, 1, 16, 1}, Shape{1, 2, 2, 16, 11}));

TEST_P(DotProductsTest, EqualsItsScalarTwin) {
  const size_t size = shape_.rows * shape_.groups * shape_.outputs;
  for (Activation activation : {Activation::kNone, Activation::kRelu, Activation::kSigmoid}) {
    std::vector<float> expected(size);
    scalar::DotProducts(dots_, shape_.rows, pointers_.data(), x_stride_, expected.data(),
                        activation);
    ForEachKernelTarget([&] {
      std::vector<float> y(size + 1, -7.0f);
      DotProducts(dots_, shape_.rows, pointers_.data(), x_stride_, y.data(), activation);
      for (size_t i = 0; i < size; ++i) ASSERT_NEAR(y[i], expected[i], kTolerance) << i;
      EXPECT_EQ(y[size], -7.0f);
    });
  }
}

TEST_P(DotProductsTest, ARowGivesTheSameBitsAlone) {
  const size_t width = shape_.groups * shape_.outputs;
  ForEachKernelTarget([&] {
    std::vector<float> together(shape_.rows * width);
    DotProducts(dots_, shape_.rows, pointers_.data(), x_stride_, together.data(),
                Activation::kSigmoid);
    for (size_t r = 0; r < shape_.rows; ++r) {
      std::vector<const float*> row = pointers_;
      for (const float*& pointer : row) pointer += r * x_stride_;
      std::vector<float> alone(width);
      DotProducts(dots_, 1, row.data(), x_stride_, alone.data(), Activation::kSigmoid);
      for (size_t i = 0; i < width; ++i) ASSERT_EQ(alone[i], together[r * width + i]) << r;
    }
  });
}

}  // namespace
}  // namespace dfn
