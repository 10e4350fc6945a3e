#include "picture/spectrogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace dfn {
namespace {

constexpr size_t kRateHz = 48000;
// Floats of an FFT of 2000 samples are exact to far less.
constexpr float kToleranceDb = 0.01f;

std::vector<float> Sine(double hz, double amplitude, size_t samples) {
  std::vector<float> sine(samples);
  for (size_t i = 0; i < samples; ++i) {
    const double turn = hz * static_cast<double>(i) / static_cast<double>(kRateHz);
    sine[i] = static_cast<float>(amplitude * std::sin(2.0 * std::numbers::pi * turn));
  }
  return sine;
}

// Rows of one bin each, around multiples of 25 Hz.
FrequencyAxis OneBinRows() { return {.rows = 961, .low_hz = -12.5, .high_hz = 24012.5}; }

TEST(SpectrumRowsTest, ASineHasItsLevelInItsRowAndHannsSidesBesideIt) {
  SpectrumRows rows(kRateHz, 1920, OneBinRows());
  std::vector<float> powers(961);
  rows.Measure(Sine(1000.0, 0.1, 1920).data(), powers);
  EXPECT_NEAR(PowerDb(powers[40], -200.0f), -20.0f, kToleranceDb);
  EXPECT_NEAR(PowerDb(powers[39], -200.0f), -26.02f, kToleranceDb);
  EXPECT_NEAR(PowerDb(powers[41], -200.0f), -26.02f, kToleranceDb);
  EXPECT_LT(PowerDb(powers[44], -200.0f), -100.0f);
}

TEST(SpectrumRowsTest, AFullScaleSineIsZeroDbWhateverTheAxis) {
  for (const bool logarithmic : {false, true}) {
    const FrequencyAxis axis = {.rows = 200,
                                .low_hz = logarithmic ? 50.0 : 0.0,
                                .high_hz = 24000.0,
                                .logarithmic = logarithmic};
    SpectrumRows rows(kRateHz, 1920, axis);
    std::vector<float> powers(200);
    rows.Measure(Sine(3000.0, 1.0, 1920).data(), powers);
    const auto row = static_cast<size_t>(axis.PlaceOf(3000.0 + 1e-6) * 200.0);
    EXPECT_NEAR(PowerDb(powers[row], -200.0f), 0.0f, kToleranceDb) << logarithmic;
  }
}

TEST(SpectrumRowsTest, NothingIsAboveHalfTheRate) {
  SpectrumRows rows(16000, 640, {.rows = 240, .low_hz = 0.0, .high_hz = 24000.0});
  const std::vector<float> samples(640, 0.5f);
  std::vector<float> powers(240, 1.0f);
  rows.Measure(samples.data(), powers);
  EXPECT_EQ(powers[239], 0.0f);
  EXPECT_EQ(powers[100], 0.0f);
}

TEST(SpectrogramTest, AToneBeginsInTheColumnOfItsTime) {
  Spectrogram spectrogram({.axis = OneBinRows()});
  std::vector<float> sound(kRateHz, 0.0f);
  const std::vector<float> tone = Sine(1000.0, 1.0, kRateHz);
  sound.insert(sound.end(), tone.begin(), tone.end());
  spectrogram.Hear(sound);
  spectrogram.Finish();
  ASSERT_EQ(spectrogram.columns(), 400u);
  EXPECT_DOUBLE_EQ(spectrogram.column_seconds(), 0.005);
  EXPECT_DOUBLE_EQ(spectrogram.seconds(), 2.0);
  EXPECT_EQ(spectrogram.power(190, 40), 0.0f);
  // A window's middle at the tone's begin has half of it.
  EXPECT_NEAR(PowerDb(spectrogram.power(200, 40), -200.0f), -6.02f, 0.1f);
  EXPECT_NEAR(PowerDb(spectrogram.power(210, 40), -200.0f), 0.0f, kToleranceDb);
}

TEST(SpectrogramTest, AnyCutGivesTheSameColumns) {
  const std::vector<float> sound = Sine(777.0, 0.3, 20001);
  Spectrogram whole({});
  whole.Hear(sound);
  whole.Finish();
  Spectrogram cut({});
  for (size_t i = 0; i < sound.size(); i += 77) {
    cut.Hear(std::span(sound).subspan(i, std::min<size_t>(77, sound.size() - i)));
  }
  cut.Finish();
  ASSERT_EQ(whole.columns(), 84u);
  ASSERT_EQ(cut.columns(), whole.columns());
  for (size_t c = 0; c < whole.columns(); ++c) {
    for (size_t r = 0; r < 256; ++r) ASSERT_EQ(cut.power(c, r), whole.power(c, r));
  }
}

TEST(SpectrogramTest, LongSoundsJoinColumnsAndKeepTheirLevel) {
  Spectrogram spectrogram({.axis = OneBinRows(), .most_columns = 16});
  const std::vector<float> tone = Sine(1000.0, 1.0, kRateHz);
  for (int second = 0; second < 10; ++second) spectrogram.Hear(tone);
  spectrogram.Finish();
  // 2000 hops in columns of 128.
  EXPECT_EQ(spectrogram.columns(), 16u);
  EXPECT_DOUBLE_EQ(spectrogram.column_seconds(), 0.64);
  for (size_t c = 1; c + 1 < 16; ++c) {
    EXPECT_NEAR(PowerDb(spectrogram.power(c, 40), -200.0f), 0.0f, kToleranceDb) << c;
  }
  EXPECT_NEAR(PowerDb(spectrogram.power(15, 40), -200.0f), 0.0f, 0.2f);
}

TEST(SpectrogramTest, NoSoundHasNoColumns) {
  Spectrogram spectrogram({});
  spectrogram.Finish();
  EXPECT_EQ(spectrogram.columns(), 0u);
  EXPECT_EQ(spectrogram.seconds(), 0.0);
}

std::vector<double> Values(const std::vector<Tick>& ticks) {
  std::vector<double> values;
  for (const Tick& tick : ticks) values.push_back(tick.value);
  return values;
}

TEST(TicksTest, AreRoundAndWithinTheAxis) {
  EXPECT_EQ(Values(LinearTicks(0.0, 24000.0, 5)),
            (std::vector<double>{0.0, 5000.0, 10000.0, 15000.0, 20000.0}));
  EXPECT_EQ(Values(LinearTicks(-90.0, 0.0, 5)),
            (std::vector<double>{-80.0, -60.0, -40.0, -20.0, 0.0}));
  EXPECT_TRUE(LinearTicks(3.0, 3.0, 5).empty());
  const FrequencyAxis axis = {.rows = 10, .low_hz = 50.0, .high_hz = 24000.0, .logarithmic = true};
  EXPECT_EQ(
      Values(FrequencyTicks(axis, 5)),
      (std::vector<double>{50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0, 20000.0}));
}

}  // namespace
}  // namespace dfn
