#include "audio/resample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "audio/testing/signal.h"
#include "dsp/snr.h"

namespace dfn {
namespace {

// Convolving with the filters loses a little at the edges of the band; inside it 24-bit quality.
constexpr double kRoundTripSnrDb = 100.0;

// [frames, channels]: a sine below both Nyquist frequencies, faded at both ends.
std::vector<float> Tone(size_t frames, size_t channels, size_t rate_hz, double frequency_hz) {
  std::vector<float> samples;
  for (size_t i = 0; i < frames; ++i) {
    const double place = static_cast<double>(i) / static_cast<double>(frames);
    const double fade = std::sin(std::numbers::pi * place);
    for (size_t c = 0; c < channels; ++c) {
      const double turns =
          frequency_hz * static_cast<double>((c + 1) * i) / static_cast<double>(rate_hz);
      samples.push_back(static_cast<float>(fade * fade * std::sin(2 * std::numbers::pi * turns)));
    }
  }
  return samples;
}

std::vector<float> Convert(const std::vector<float>& input, size_t in_hz, size_t out_hz,
                           size_t channels, uint64_t total, size_t block) {
  auto resampler = Resampler::Create(in_hz, out_hz, channels);
  EXPECT_TRUE(resampler.ok());
  std::vector<float> output;
  for (size_t start = 0; start < input.size(); start += block * channels) {
    const size_t count = std::min(block * channels, input.size() - start);
    resampler->Process({input.data() + start, count}, output);
  }
  resampler->Finish(total, output);
  return output;
}

struct Case {
  size_t rate_hz;
  size_t channels;
};

class RoundTripTest : public testing::TestWithParam<Case> {};

TEST_P(RoundTripTest, GivesTheSameSamplesAtTheSamePlaces) {
  const auto [rate_hz, channels] = GetParam();
  for (const size_t frames : {size_t{0}, size_t{1}, size_t{441}, 2 * rate_hz + 10'007}) {
    const std::vector<float> input = Tone(
        frames, channels, rate_hz, 0.05 * static_cast<double>(std::min<size_t>(rate_hz, 48000)));
    const uint64_t middle_frames = ResampledFrames(frames, rate_hz, 48000);
    const std::vector<float> middle = Convert(input, rate_hz, 48000, channels, middle_frames, 1000);
    ASSERT_EQ(middle.size(), middle_frames * channels);
    const std::vector<float> output = Convert(middle, 48000, rate_hz, channels, frames, 480);
    ASSERT_EQ(output.size(), input.size());
    if (frames < 1000) continue;  // too short for the filters to show their quality
    SnrMeter meter;
    meter.Add(input, output);
    EXPECT_GT(meter.snr_db(), kRoundTripSnrDb) << frames << " samples";
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, RoundTripTest,
                         testing::Values(Case{8000, 1}, Case{16000, 2}, Case{22050, 1},
                                         Case{44100, 2}, Case{48000, 3}, Case{96000, 1},
                                         Case{192000, 1}, Case{1000, 1}, Case{768000, 1}));

TEST(ResamplerTest, AnyCutGivesTheSameBits) {
  const std::vector<float> input = TestNoise(2 * 30'000);
  const std::vector<float> whole = Convert(input, 44100, 48000, 2, 32'000, 30'000);
  for (const size_t block : {1, 7, 480, 4096}) {
    EXPECT_EQ(Convert(input, 44100, 48000, 2, 32'000, block), whole) << block;
  }
}

TEST(ResamplerTest, EqualRatesPassThrough) {
  const std::vector<float> input = TestNoise(1000);
  EXPECT_EQ(Convert(input, 48000, 48000, 1, 1000, 33), input);
}

TEST(ResampledFramesTest, CoversTheInputWithoutOverflow) {
  EXPECT_EQ(ResampledFrames(0, 44100, 48000), 0u);
  EXPECT_EQ(ResampledFrames(1, 44100, 48000), 2u);
  EXPECT_EQ(ResampledFrames(441, 44100, 48000), 480u);
  EXPECT_EQ(ResampledFrames(uint64_t{1} << 50, 48000, 48000), uint64_t{1} << 50);
}

}  // namespace
}  // namespace dfn
