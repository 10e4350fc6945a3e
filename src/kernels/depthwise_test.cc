#include "kernels/depthwise.h"

#include <gtest/gtest.h>

#include <ostream>

#include "kernels/depthwise_scalar.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// The sums have a few products of magnitude 1, which may be fused or not.
constexpr float kTolerance = 1e-5f;

struct Shape {
  size_t channels, bins, kernel_t, kernel_f, stride_f;
  bool transposed;
};
void PrintTo(const Shape& s, std::ostream* out) {
  *out << s.channels << "c" << s.bins << "f" << s.kernel_t << "x" << s.kernel_f << "s" << s.stride_f
       << (s.transposed ? "t" : "");
}

constexpr Shape kShapes[] = {
    {64, 32, 1, 3, 2, false}, {64, 8, 2, 3, 1, false}, {64, 8, 1, 3, 2, true},
    {21, 16, 2, 3, 2, true},  {6, 9, 3, 3, 2, false},  {1, 8, 1, 3, 2, true},
    {8, 7, 2, 5, 1, false},   {40, 2, 1, 7, 1, false}, {10, 96, 5, 1, 1, false},
    {3, 1, 1, 3, 2, true},    {5, 12, 1, 1, 1, false}, {18, 5, 2, 5, 3, true}};

class DepthwiseTest : public ::testing::TestWithParam<Shape> {
 protected:
  DepthwiseTest() : shape_(GetParam()) {
    RandomFloats random(shape_.channels * 7 + shape_.bins);
    weights_ = random.Vector(shape_.channels * shape_.kernel_t * shape_.kernel_f);
    bias_ = random.Vector(shape_.channels);
    conv_ = PackDepthwise(shape_.channels, shape_.bins, shape_.kernel_t, shape_.kernel_f,
                          shape_.stride_f, shape_.transposed, weights_, bias_);
    for (size_t t = 0; t < shape_.kernel_t; ++t) {
      x_.push_back(random.Vector(shape_.bins * shape_.channels));
    }
    for (const auto& frame : x_) frames_.push_back(frame.data());
  }

  Shape shape_;
  std::vector<float> weights_;
  std::vector<float> bias_;
  PackedDepthwise conv_;
  std::vector<std::vector<float>> x_;
  std::vector<const float*> frames_;
};

TEST_P(DepthwiseTest, EqualsItsScalarTwin) {
  const size_t size = conv_.bins_out * shape_.channels;
  for (Activation activation : {Activation::kNone, Activation::kRelu, Activation::kSigmoid}) {
    std::vector<float> expected(size);
    scalar::DepthwiseConv(conv_, frames_.data(), activation, expected.data());
    ForEachKernelTarget([&] {
      std::vector<float> y(size + 1, -7.0f);
      DepthwiseConv(conv_, frames_.data(), activation, y.data());
      for (size_t i = 0; i < size; ++i) ASSERT_NEAR(y[i], expected[i], kTolerance) << i;
      EXPECT_EQ(y[size], -7.0f);
    });
  }
}

// By the operators' definitions, ordinary convolutions gather and transposed ones scatter.
TEST_P(DepthwiseTest, TwinComputesTheOnnxOperator) {
  const auto [channels, bins, kernel_t, kernel_f, stride_f, transposed] = shape_;
  const size_t bins_out = transposed ? bins * stride_f : (bins - 1) / stride_f + 1;
  ASSERT_EQ(conv_.bins_out, bins_out);
  const auto pad = static_cast<ptrdiff_t>(kernel_f / 2);
  std::vector<double> expected(bins_out * channels);
  for (size_t i = 0; i < expected.size(); ++i) expected[i] = bias_[i % channels];
  for (size_t c = 0; c < channels; ++c) {
    for (size_t age = 0; age < kernel_t; ++age) {
      const std::vector<float>& x = x_[kernel_t - 1 - age];
      for (size_t k = 0; k < kernel_f; ++k) {
        for (size_t f = 0; f < bins; ++f) {
          const auto at = static_cast<ptrdiff_t>(f);
          const auto step = static_cast<ptrdiff_t>(stride_f);
          ptrdiff_t out = at * step + static_cast<ptrdiff_t>(k) - pad;
          if (!transposed) {
            out = at + pad - static_cast<ptrdiff_t>(k);
            if (out % step != 0) continue;
            out /= step;
          }
          if (out < 0 || out >= static_cast<ptrdiff_t>(bins_out)) continue;
          const size_t t = transposed ? age : kernel_t - 1 - age;
          expected[static_cast<size_t>(out) * channels + c] +=
              double{x[f * channels + c]} * weights_[(c * kernel_t + t) * kernel_f + k];
        }
      }
    }
  }
  std::vector<float> y(bins_out * channels);
  scalar::DepthwiseConv(conv_, frames_.data(), Activation::kNone, y.data());
  for (size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], expected[i], kTolerance) << i;
}

INSTANTIATE_TEST_SUITE_P(Shapes, DepthwiseTest, ::testing::ValuesIn(kShapes));

}  // namespace
}  // namespace dfn
