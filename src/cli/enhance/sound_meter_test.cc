#include "cli/enhance/sound_meter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace dfn {
namespace {

constexpr size_t kRateHz = 16000;

// A tone that comes and goes every 0.5 s, as syllables do, over faint noise.
std::vector<float> Syllables(size_t frames, float amplitude) {
  std::vector<float> samples(frames);
  uint32_t seed = 1;
  for (size_t i = 0; i < frames; ++i) {
    seed = seed * 1664525u + 1013904223u;
    const double phase = 2.0 * std::numbers::pi * 500.0 * static_cast<double>(i) / kRateHz;
    const bool voiced = i / (kRateHz / 2) % 2 == 1;
    samples[i] = (voiced ? amplitude * static_cast<float>(std::sin(phase)) : 0.0f) +
                 1e-5f * (static_cast<float>(seed >> 8) / 8388608.0f - 1.0f);
  }
  return samples;
}

TEST(SoundMeterTest, MeasuresASound) {
  auto meter = SoundMeter::Create(kRateHz, 1, 0, false);
  ASSERT_TRUE(meter.ok());
  meter->Hear(Syllables(8 * kRateHz, 0.1f));
  const SoundLevel level = meter->level();
  // A sine is 3 dB below its peak, and half of the time there is none.
  EXPECT_NEAR(level.rms_dbfs.value(), -26.02, 0.05);
  EXPECT_NEAR(level.peak_dbfs.value(), -20.0, 0.05);
  ASSERT_EQ(level.speech_dbfs.size(), 1u);
  EXPECT_NEAR(level.speech_dbfs[0].value(), -23.0, 1.0);
  // Blocks of 0.4 s, most of which hold some of a pause.
  EXPECT_NEAR(level.lufs.value(), -25.0, 2.0);
}

TEST(SoundMeterTest, SilenceHasNoLevels) {
  for (const size_t frames : {size_t{0}, kRateHz}) {
    auto meter = SoundMeter::Create(kRateHz, 2, 0, false);
    ASSERT_TRUE(meter.ok());
    meter->Hear(std::vector<float>(2 * frames));
    const SoundLevel level = meter->level();
    EXPECT_FALSE(level.rms_dbfs || level.peak_dbfs || level.lufs);
    EXPECT_EQ(level.speech_dbfs, (std::vector<std::optional<float>>{std::nullopt, std::nullopt}));
  }
}

}  // namespace
}  // namespace dfn
