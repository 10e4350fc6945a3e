#include "engine/native/packed_conv.h"

#include <gtest/gtest.h>

#include <ostream>

#include "engine/testing/random_model.h"
#include "engine/testing/reference_network.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// The error of sums of some hundred products, in float against double; folding adds one rounding
// for each weight.
constexpr double kTolerance = 1e-5;
constexpr size_t kBins = 10;

struct Shape {
  size_t in, out, kernel_t, kernel_f, stride_f;
  bool transposed;
  size_t groups;  // 0: as the Python package chooses
};
void PrintTo(const Shape& s, std::ostream* out) {
  *out << s.in << "to" << s.out << "k" << s.kernel_t << "x" << s.kernel_f << "s" << s.stride_f
       << (s.transposed ? "t" : "") << "g" << s.groups;
}

class PackedConvTest : public ::testing::TestWithParam<Shape> {};

TEST_P(PackedConvTest, EqualsTheConvolutionsItFolds) {
  const Shape s = GetParam();
  ConvLayer layer = RandomConvLayer(s.in, s.out, {.t = s.kernel_t, .f = s.kernel_f}, s.stride_f,
                                    s.transposed, s.in * 10 + s.out);
  if (s.groups != 0) {
    layer.conv.groups = s.groups;
    layer.conv.weight =
        RandomFloats(3).Vector(s.in * s.out / s.groups * s.kernel_t * s.kernel_f, 0.2f);
    layer.conv.bias = RandomFloats(4).Vector(s.out);
  }
  reference::Map input{.channels = s.in, .bins = kBins, .frames = {}};
  std::vector<std::vector<float>> frames;  // channels last
  std::vector<const float*> pointers;
  for (size_t t = 0; t < s.kernel_t; ++t) {
    frames.push_back(RandomFloats(t).Vector(kBins * s.in));
    std::vector<double> frame(kBins * s.in);
    for (size_t i = 0; i < frame.size(); ++i) {
      frame[i % s.in * kBins + i / s.in] = frames.back()[i];
    }
    input.frames.push_back(frame);
  }
  for (const auto& frame : frames) pointers.push_back(frame.data());
  const reference::Map expected = reference::RunConv(layer, input);

  const PackedConv conv(layer, kBins, Activation::kNone);
  ASSERT_EQ(conv.bins_out(), expected.bins);
  ASSERT_EQ(conv.channels_out(), expected.channels);
  ConvScratch scratch;
  scratch.Fit(conv.scratch_floats(), conv.kernel_t());
  ForEachKernelTarget([&] {
    std::vector<float> output(conv.frame_out() + 1, -7.0f);
    conv.Run(pointers.data(), output.data(), scratch);
    for (size_t i = 0; i < conv.frame_out(); ++i) {
      const size_t at = i % expected.channels * expected.bins + i / expected.channels;
      ASSERT_NEAR(output[i], expected.frames.back()[at], kTolerance) << i;
    }
    EXPECT_EQ(output[conv.frame_out()], -7.0f);
  });
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, PackedConvTest,
    ::testing::Values(Shape{1, 64, 3, 3, 1, false, 0}, Shape{2, 64, 3, 3, 1, false, 0},
                      Shape{2, 21, 3, 3, 1, false, 0}, Shape{64, 64, 1, 3, 2, false, 0},
                      Shape{6, 6, 2, 3, 1, false, 0}, Shape{64, 10, 5, 1, 1, false, 0},
                      Shape{21, 6, 3, 1, 1, false, 0}, Shape{10, 10, 2, 1, 1, false, 0},
                      Shape{20, 1, 2, 3, 1, false, 0}, Shape{8, 8, 1, 1, 1, false, 0},
                      Shape{1, 1, 2, 5, 2, false, 0}, Shape{8, 8, 1, 3, 2, true, 0},
                      Shape{6, 6, 3, 3, 2, true, 0}, Shape{1, 1, 2, 3, 2, true, 0},
                      // These numbers of groups are in no official model.
                      Shape{8, 8, 2, 3, 2, false, 4}, Shape{8, 12, 2, 3, 1, false, 2},
                      Shape{8, 8, 2, 3, 2, true, 2}, Shape{8, 12, 1, 3, 2, true, 1},
                      // These use dot products, with and without padding, with and without a 1x1
                      // convolution after them.
                      Shape{32, 6, 2, 3, 2, false, 1}, Shape{64, 1, 1, 3, 1, false, 0},
                      Shape{64, 2, 2, 1, 1, false, 2}));

}  // namespace
}  // namespace dfn
