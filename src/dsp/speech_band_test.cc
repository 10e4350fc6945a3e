#include "dsp/speech_band.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace dfn {
namespace {

std::vector<float> Tone(double hz, size_t rate_hz) {
  std::vector<float> tone(rate_hz);
  for (size_t i = 0; i < tone.size(); ++i) {
    const double turns = hz * static_cast<double>(i) / static_cast<double>(rate_hz);
    tone[i] = static_cast<float>(std::sin(2.0 * std::numbers::pi * turns));
  }
  return tone;
}

// Of the second half, in dB against the tone's own power.
double GainDb(double hz, size_t rate_hz) {
  const SpeechBand band(rate_hz);
  const std::vector<float> tone = Tone(hz, rate_hz);
  float state[SpeechBand::kState] = {};
  const size_t half = tone.size() / 2;
  band.Power(tone.data(), half, state);
  return 10.0 * std::log10(2.0 * band.Power(tone.data() + half, half, state));
}

TEST(SpeechBandTest, PassesSpeechOnly) {
  for (size_t rate_hz : {16000u, 24000u, 48000u}) {
    EXPECT_NEAR(GainDb(100.0, rate_hz), -3.0, 0.1) << rate_hz;
    EXPECT_NEAR(GainDb(500.0, rate_hz), 0.0, 0.1) << rate_hz;
    EXPECT_NEAR(GainDb(2000.0, rate_hz), 0.0, 0.1) << rate_hz;
    EXPECT_LT(GainDb(50.0, rate_hz), -12.0) << rate_hz;
  }
  EXPECT_NEAR(GainDb(8000.0, 48000), -3.0, 0.1);
  EXPECT_LT(GainDb(18000.0, 48000), -18.0);
}

TEST(SpeechBandTest, LowRatesAreNotCutAtTheTop) {
  EXPECT_LT(GainDb(8000.0, 20002), -2.9);
  for (size_t rate_hz : {16000u, 20000u}) {
    EXPECT_NEAR(GainDb(7000.0, rate_hz), 0.0, 0.1) << rate_hz;
  }
}

TEST(SpeechBandTest, AnOffsetHasNoPower) {
  const SpeechBand band(48000);
  const std::vector<float> offset(48000, 0.5f);
  float state[SpeechBand::kState] = {};
  band.Power(offset.data(), offset.size(), state);
  EXPECT_LT(band.Power(offset.data(), 480, state), 1e-9f);
}

TEST(SpeechBandTest, GoesOnWhereItStopped) {
  const SpeechBand band(48000);
  const std::vector<float> tone = Tone(440.0, 48000);
  float whole[SpeechBand::kState] = {};
  float parts[SpeechBand::kState] = {};
  const float power = band.Power(tone.data(), 960, whole);
  const float first = band.Power(tone.data(), 480, parts);
  const float second = band.Power(tone.data() + 480, 480, parts);
  EXPECT_NEAR(power, (first + second) / 2.0f, 1e-6f);
  for (size_t i = 0; i < SpeechBand::kState; ++i) EXPECT_EQ(whole[i], parts[i]);
}

}  // namespace
}  // namespace dfn
