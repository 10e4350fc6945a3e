#include "audio/loudness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace dfn {
namespace {

// Half a step of the histogram, and what the filters differ from BS.1770's at other rates.
constexpr double kToleranceLu = 0.1;

// A tone of 997 Hz in each channel, interleaved.
std::vector<float> Tone(double amplitude, double seconds, size_t rate_hz, size_t channels) {
  std::vector<float> samples;
  const auto frames = static_cast<size_t>(seconds * static_cast<double>(rate_hz));
  for (size_t i = 0; i < frames; ++i) {
    const double phase =
        2.0 * std::numbers::pi * 997.0 * static_cast<double>(i) / static_cast<double>(rate_hz);
    samples.insert(samples.end(), channels, static_cast<float>(amplitude * std::sin(phase)));
  }
  return samples;
}

double Measured(const std::vector<float>& samples, size_t rate_hz, size_t channels,
                uint32_t speakers = 0) {
  auto loudness = Loudness::Create(rate_hz, channels, speakers);
  EXPECT_TRUE(loudness.ok());
  loudness->Hear(samples);
  return loudness->lufs().value_or(-1000.0);
}

// BS.1770-4: a tone of 997 Hz at full scale in one channel in front is -3.01 LUFS.
TEST(LoudnessTest, AToneHasTheLevelOfTheStandard) {
  for (const size_t rate_hz : {8000u, 16000u, 44100u, 48000u, 192000u}) {
    EXPECT_NEAR(Measured(Tone(1.0, 2.0, rate_hz, 1), rate_hz, 1), -3.01, kToleranceLu) << rate_hz;
  }
  EXPECT_NEAR(Measured(Tone(0.01, 2.0, 48000, 1), 48000, 1), -43.01, kToleranceLu);
  EXPECT_NEAR(Measured(Tone(0.1, 2.0, 48000, 2), 48000, 2), -20.0, kToleranceLu);
}

TEST(LoudnessTest, ChannelsCountByTheirSpeakers) {
  const std::vector<float> six = Tone(0.1, 2.0, 48000, 6);
  const double one = -23.01;
  EXPECT_NEAR(Measured(six, 48000, 6), one + 10.0 * std::log10(6.0), kToleranceLu);
  // 5.1: three in front, two of 1.41 times behind, and the LFE, which is not heard.
  EXPECT_NEAR(Measured(six, 48000, 6, 0x3F), one + 10.0 * std::log10(3.0 + 2.0 * 1.41),
              kToleranceLu);
}

// EBU R 128's gates: pauses do not count.
TEST(LoudnessTest, PausesDoNotCount) {
  std::vector<float> samples = Tone(0.1, 5.0, 48000, 1);
  const double alone = Measured(samples, 48000, 1);
  samples.resize(samples.size() * 3, 0.0f);
  EXPECT_NEAR(Measured(samples, 48000, 1), alone, 0.3);
}

TEST(LoudnessTest, SilenceAndShortSoundsHaveNone) {
  for (const double seconds : {0.0, 0.3}) {
    auto loudness = Loudness::Create(48000, 1, 0);
    ASSERT_TRUE(loudness.ok());
    loudness->Hear(Tone(0.5, seconds, 48000, 1));
    EXPECT_FALSE(loudness->lufs());
  }
  auto silent = Loudness::Create(48000, 1, 0);
  ASSERT_TRUE(silent.ok());
  silent->Hear(std::vector<float>(96000));
  EXPECT_FALSE(silent->lufs());
}

TEST(LoudnessTest, ItIsTheSameForAnyCut) {
  const std::vector<float> samples = Tone(0.2, 1.5, 44100, 2);
  auto loudness = Loudness::Create(44100, 2, 0);
  ASSERT_TRUE(loudness.ok());
  std::span<const float> rest = samples;
  for (size_t frames = 1; !rest.empty(); frames = frames * 3 + 1) {
    const size_t taken = std::min(rest.size(), 2 * frames);
    loudness->Hear(rest.first(taken));
    rest = rest.subspan(taken);
  }
  EXPECT_EQ(loudness->lufs(), Measured(samples, 44100, 2));
}

TEST(LoudnessTest, RangeAndTruePeakWhereTheyAreAskedFor) {
  auto loudness = Loudness::Create(48000, 1, 0, {.range_and_peak = true});
  ASSERT_TRUE(loudness.ok());
  // EBU Tech 3342's first test signal: 20 s at -20 dB and 20 s at -30 dB have a range of 10 LU.
  loudness->Hear(Tone(0.1, 20.0, 48000, 1));
  loudness->Hear(Tone(0.0316228, 20.0, 48000, 1));
  EXPECT_NEAR(loudness->range_lu().value_or(-1.0), 10.0, 1.0);
  EXPECT_NEAR(loudness->true_peak_dbtp().value_or(-100.0), -20.0, 0.3);
}

TEST(LoudnessTest, ATruePeakIsAboveTheSamples) {
  auto loudness = Loudness::Create(48000, 1, 0, {.range_and_peak = true});
  ASSERT_TRUE(loudness.ok());
  // A quarter of the rate, sampled 45 degrees beside its crests, which are 3 dB higher.
  std::vector<float> tone(48000);
  for (size_t i = 0; i < tone.size(); ++i) tone[i] = (i / 2 % 2 == 0) ? 0.5f : -0.5f;
  loudness->Hear(tone);
  EXPECT_NEAR(loudness->true_peak_dbtp().value_or(-100.0), -6.02 + 3.01, 0.5);
}

TEST(LoudnessTest, WithoutThemTheyAreEmpty) {
  auto plain = Loudness::Create(48000, 1, 0);
  ASSERT_TRUE(plain.ok());
  plain->Hear(Tone(0.1, 5.0, 48000, 1));
  EXPECT_FALSE(plain->range_lu());
  EXPECT_FALSE(plain->true_peak_dbtp());
  auto silent = Loudness::Create(48000, 1, 0, {.range_and_peak = true});
  ASSERT_TRUE(silent.ok());
  silent->Hear(std::vector<float>(48000 * 5, 0.0f));
  EXPECT_FALSE(silent->range_lu());
  EXPECT_FALSE(silent->true_peak_dbtp());
}

}  // namespace
}  // namespace dfn
