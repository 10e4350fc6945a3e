#include "kernels/fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/fft_scalar.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// The error relative to the root mean square of the output. A float32 rounds by 6e-8, and the error
// grows with the passes; the largest of these sizes has 7e-7.
constexpr double kTolerance = 1e-6;

double Rms(const std::vector<float>& values) {
  double sum = 0.0;
  for (float value : values) sum += double{value} * value;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

void ExpectClose(const std::vector<float>& got, const std::vector<float>& expected) {
  const double scale = Rms(expected);
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(got[i], expected[i], kTolerance * scale) << i;
  }
}

// The sizes cover every radix at every stride and width: whole vectors, halves, single lanes and
// their remainders.
class FftTest : public ::testing::TestWithParam<size_t> {
 protected:
  FftTest()
      : fft_(PackFft(GetParam())),
        time_(RandomFloats(GetParam()).Vector(GetParam())),
        spectrum_(RandomFloats(GetParam() + 1).Vector(GetParam() + 2)),
        scratch_(FftScratchFloats(fft_)) {}

  PackedFft fft_;
  std::vector<float> time_;
  std::vector<float> spectrum_;
  AlignedBuffer<float> scratch_;
};

INSTANTIATE_TEST_SUITE_P(Sizes, FftTest,
                         ::testing::Values(4, 6, 8, 10, 12, 16, 18, 20, 24, 30, 32, 36, 40, 48, 50,
                                           60, 64, 80, 90, 96, 120, 128, 160, 180, 192, 240, 256,
                                           270, 320, 360, 480, 512, 640, 720, 800, 900, 960, 1024,
                                           1250, 1458, 1536, 1920, 2048));

TEST_P(FftTest, ForwardEqualsItsScalarTwin) {
  std::vector<float> expected(fft_.size + 2);
  scalar::RealFftForward(fft_.size, time_.data(), expected.data());
  ForEachKernelTarget([&] {
    std::vector<float> got(fft_.size + 3, -7.0f);
    RealFftForward(fft_, time_.data(), got.data(), scratch_.data());
    ExpectClose(got, expected);
    EXPECT_EQ(got.back(), -7.0f);
  });
}

TEST_P(FftTest, InverseEqualsItsScalarTwin) {
  std::vector<float> expected(fft_.size);
  scalar::RealFftInverse(fft_.size, spectrum_.data(), expected.data());
  ForEachKernelTarget([&] {
    std::vector<float> got(fft_.size + 1, -7.0f);
    RealFftInverse(fft_, spectrum_.data(), got.data(), scratch_.data());
    ExpectClose(got, expected);
    EXPECT_EQ(got.back(), -7.0f);
  });
}

TEST_P(FftTest, SameBitsWhateverTheScratchHeld) {
  ForEachKernelTarget([&] {
    std::vector<float> forward[2], inverse[2];
    for (size_t run = 0; run < 2; ++run) {
      forward[run].resize(fft_.size + 2);
      inverse[run].resize(fft_.size);
      for (float& value : scratch_.span()) value = run == 0 ? 1e30f : std::nanf("");
      RealFftForward(fft_, time_.data(), forward[run].data(), scratch_.data());
      for (float& value : scratch_.span()) value = run == 0 ? 1e30f : std::nanf("");
      RealFftInverse(fft_, spectrum_.data(), inverse[run].data(), scratch_.data());
    }
    EXPECT_EQ(forward[0], forward[1]);
    EXPECT_EQ(inverse[0], inverse[1]);
  });
}

TEST(PackedFftTest, KnowsItsSizes) {
  for (size_t size : {4u, 6u, 960u, 1024u, 1250u}) EXPECT_TRUE(CanPackFft(size)) << size;
  for (size_t size : {0u, 1u, 2u, 3u, 5u, 14u, 22u, 882u, 961u, 1018u}) {
    EXPECT_FALSE(CanPackFft(size)) << size;
  }
}

}  // namespace
}  // namespace dfn
