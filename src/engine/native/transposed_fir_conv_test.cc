#include "engine/native/transposed_fir_conv.h"

#include <gtest/gtest.h>

#include <ostream>

#include "engine/testing/random_model.h"
#include "engine/testing/reference_network.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// The error of sums of some hundred products, in float against double.
constexpr double kTolerance = 1e-5;

struct Shape {
  size_t in, out, kernel_t, bins;
};
void PrintTo(const Shape& s, std::ostream* out) {
  *out << s.in << "to" << s.out << "k" << s.kernel_t << "f" << s.bins;
}

class TransposedFirConvTest : public ::testing::TestWithParam<Shape> {};

TEST_P(TransposedFirConvTest, EqualsTheConvolutionOfAllFrames) {
  const Shape s = GetParam();
  const ConvLayer layer =
      RandomConvLayer(s.in, s.out, {.t = s.kernel_t, .f = 1}, 1, false, s.in * 10 + s.out);
  StateLayout layout;
  const size_t groups = layer.conv.groups;
  layout.Add("before", {3});
  if (s.kernel_t > 1) {
    layout.Add("conv", {s.bins, groups, TransposedFirStride(s.kernel_t - 1, s.out / groups)});
  }
  const TransposedFirConv conv(layer, s.bins, Activation::kNone, layout, "conv");
  ASSERT_EQ(conv.frame_in(), s.bins * s.in);
  ASSERT_EQ(conv.frame_out(), s.bins * s.out);
  ConvScratch scratch;
  scratch.Fit(conv.scratch_floats(), 0);

  reference::Map input{.channels = s.in, .bins = s.bins, .frames = {}};
  std::vector<std::vector<float>> frames;  // channels last
  for (size_t t = 0; t < 2 * s.kernel_t + 1; ++t) {
    frames.push_back(RandomFloats(t).Vector(s.bins * s.in));
    std::vector<double> frame(s.bins * s.in);
    for (size_t i = 0; i < frame.size(); ++i) {
      frame[i % s.in * s.bins + i / s.in] = frames.back()[i];
    }
    input.frames.push_back(frame);
  }
  const reference::Map expected = reference::RunConv(layer, input);

  ForEachKernelTarget([&] {
    AlignedBuffer<float> state(layout.size());
    for (size_t t = 0; t < frames.size(); ++t) {
      std::vector<float> output(conv.frame_out() + 1, -7.0f);
      conv.Run(state.data(), frames[t].data(), output.data(), scratch);
      for (size_t i = 0; i < conv.frame_out(); ++i) {
        const size_t at = i % s.out * s.bins + i / s.out;
        ASSERT_NEAR(output[i], expected.frames[t][at], kTolerance) << t << " " << i;
      }
      EXPECT_EQ(output[conv.frame_out()], -7.0f);
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Shapes, TransposedFirConvTest,
                         ::testing::Values(Shape{64, 10, 5, 96}, Shape{64, 10, 3, 25},
                                           Shape{10, 10, 4, 7}, Shape{7, 6, 5, 24},
                                           Shape{8, 10, 1, 30}, Shape{3, 10, 2, 1},
                                           Shape{9, 12, 6, 5}));

}  // namespace
}  // namespace dfn
