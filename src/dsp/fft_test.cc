#include "dsp/fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "audio/testing/signal.h"

namespace dfn {
namespace {

std::vector<float> Noise(size_t size) { return TestNoise(size, 1.0f); }

std::vector<std::complex<double>> NaiveDft(const std::vector<float>& time) {
  const size_t size = time.size();
  std::vector<std::complex<double>> bins(size / 2 + 1);
  for (size_t k = 0; k < bins.size(); ++k) {
    for (size_t i = 0; i < size; ++i) {
      const double angle =
          -2.0 * std::numbers::pi * static_cast<double>(i * k % size) / static_cast<double>(size);
      bins[k] += static_cast<double>(time[i]) * std::polar(1.0, angle);
    }
  }
  return bins;
}

// The lengths are those that the vector kernels support (960, 1024, 320, 6, 4), the shortest one,
// and lengths whose half has a prime factor above five (882 = 2 * 441, 14, 22, 46, 1018 = 2 * 509).
class RealFftTest : public testing::TestWithParam<size_t> {};

INSTANTIATE_TEST_SUITE_P(Sizes, RealFftTest,
                         testing::Values(2, 4, 6, 14, 22, 46, 320, 882, 960, 1018, 1024));

// The error relative to the root mean square of the bins. A float32 rounds by 6e-8, and the error
// grows with the stages.
constexpr double kTolerance = 1e-6;

TEST_P(RealFftTest, ForwardIsTheDft) {
  const size_t size = GetParam();
  const std::vector<float> time = Noise(size);
  const std::vector<std::complex<double>> expected = NaiveDft(time);
  RealFft fft(size);
  ASSERT_EQ(fft.bins(), expected.size());
  std::vector<float> spectrum(2 * fft.bins());
  fft.Forward(time.data(), spectrum.data());
  const double scale = std::sqrt(static_cast<double>(size));
  for (size_t k = 0; k < fft.bins(); ++k) {
    EXPECT_NEAR(spectrum[2 * k], expected[k].real(), kTolerance * scale) << k;
    EXPECT_NEAR(spectrum[2 * k + 1], expected[k].imag(), kTolerance * scale) << k;
  }
}

TEST_P(RealFftTest, InverseOfForwardIsSizeTimesTheInput) {
  const size_t size = GetParam();
  const std::vector<float> time = Noise(size);
  RealFft fft(size);
  std::vector<float> spectrum(2 * fft.bins());
  std::vector<float> back(size);
  fft.Forward(time.data(), spectrum.data());
  fft.Inverse(spectrum.data(), back.data());
  for (size_t i = 0; i < size; ++i) {
    EXPECT_NEAR(back[i] / static_cast<float>(size), time[i], 2 * kTolerance) << i;
  }
}

TEST_P(RealFftTest, InverseIgnoresImaginaryPartsThatARealSignalCannotHave) {
  const size_t size = GetParam();
  RealFft fft(size);
  std::vector<float> spectrum(2 * fft.bins());
  const std::vector<float> time = Noise(size);
  fft.Forward(time.data(), spectrum.data());
  std::vector<float> expected(size);
  fft.Inverse(spectrum.data(), expected.data());
  spectrum[1] = 3.0f;
  spectrum[2 * fft.bins() - 1] = -5.0f;
  std::vector<float> back(size);
  fft.Inverse(spectrum.data(), back.data());
  EXPECT_EQ(back, expected);
}

}  // namespace
}  // namespace dfn
