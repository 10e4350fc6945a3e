#include "dsp/stft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "dsp/snr.h"

namespace dfn {
namespace {

float Sample(size_t i) {
  const double t = static_cast<double>(i) / 48000.0;
  return static_cast<float>(0.4 * std::sin(2 * std::numbers::pi * 440.0 * t) +
                            0.3 * std::sin(2 * std::numbers::pi * (3000.0 + 2000.0 * t) * t));
}

class StftTest : public testing::TestWithParam<size_t> {};

INSTANTIATE_TEST_SUITE_P(Hops, StftTest, testing::Values(2, 7, 160, 441, 480, 512));

TEST_P(StftTest, SynthesisOfTheAnalysisIsTheInputOneHopLater) {
  const size_t hop = GetParam();
  constexpr size_t kHops = 20;
  Stft stft(hop);
  EXPECT_EQ(stft.bins(), hop + 1);
  std::vector<float> input(hop * kHops);
  for (size_t i = 0; i < input.size(); ++i) input[i] = Sample(i);
  std::vector<float> output(input.size());
  std::vector<float> analysis(hop), synthesis(hop), spectrum(2 * stft.bins());
  for (size_t t = 0; t < kHops; ++t) {
    stft.Analyze(&input[t * hop], analysis.data(), spectrum.data());
    stft.Synthesize(spectrum.data(), synthesis.data(), &output[t * hop]);
  }
  for (size_t i = 0; i < hop; ++i) EXPECT_NEAR(output[i], 0.0f, 1e-6f);
  EXPECT_GT(SnrDb(input, output, hop), 120.0);
}

// A constant of one has the window's mean in bin 0; the mean of the Vorbis window over a frame is
// that of sin(pi/2 sin^2 x), here summed in double.
TEST(StftTest, SpectrumIsScaledByTheLength) {
  constexpr size_t kHop = 480;
  Stft stft(kHop);
  std::vector<float> ones(kHop, 1.0f), memory(kHop, 1.0f), spectrum(2 * stft.bins());
  stft.Analyze(ones.data(), memory.data(), spectrum.data());
  double mean = 0;
  for (size_t i = 0; i < 2 * kHop; ++i) {
    const double sine = std::sin(std::numbers::pi * (static_cast<double>(i) + 0.5) / (2.0 * kHop));
    mean += std::sin(std::numbers::pi / 2 * sine * sine) / (2.0 * kHop);
  }
  EXPECT_NEAR(spectrum[0], mean, 1e-6);
  EXPECT_NEAR(spectrum[1], 0.0, 1e-7);
}

TEST(StftTest, MemoriesAreTheCallers) {
  constexpr size_t kHop = 16;
  Stft stft(kHop);
  std::vector<float> hop(kHop), memory(kHop), spectrum(2 * stft.bins());
  for (size_t i = 0; i < kHop; ++i) hop[i] = Sample(i * 100 + 1);
  stft.Analyze(hop.data(), memory.data(), spectrum.data());
  EXPECT_EQ(memory, hop);
  std::vector<float> again(spectrum.size()), fresh(kHop);
  stft.Analyze(hop.data(), fresh.data(), again.data());
  EXPECT_EQ(again, spectrum);
}

}  // namespace
}  // namespace dfn
