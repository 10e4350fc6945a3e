#include "live/live_meter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace dfn {
namespace {

constexpr size_t kRateHz = 48000;

// A tone before and, `delay` samples later, the same tone at `gain` after.
std::vector<float> Frames(double hz, double amplitude, double gain, size_t delay, size_t count,
                          size_t from = 0) {
  std::vector<float> frames;
  for (size_t i = from; i < from + count; ++i) {
    const auto tone = [&](double at) {
      return at < 0 ? 0.0 : amplitude * std::sin(2.0 * std::numbers::pi * hz * at / kRateHz);
    };
    frames.push_back(static_cast<float>(tone(static_cast<double>(i))));
    frames.push_back(
        static_cast<float>(gain * tone(static_cast<double>(i) - static_cast<double>(delay))));
  }
  return frames;
}

TEST(LiveMeterTest, LevelsAreThoseOfASine) {
  LiveMeter meter(kRateHz, 1, 1920, 10);
  meter.Hear(Frames(1000.0, 0.5, 0.1, 1920, 2 * kRateHz));
  const LiveLevels& levels = meter.levels();
  EXPECT_NEAR(levels.before.mean_db, -9.03f, 0.05f);
  EXPECT_NEAR(levels.before.peak_db, -6.02f, 0.05f);
  EXPECT_NEAR(levels.after.mean_db, -29.03f, 0.05f);
  EXPECT_NEAR(levels.taken_db, 20.0f, 0.1f);
  EXPECT_FALSE(levels.before.clipped);
}

TEST(LiveMeterTest, WhatWasTakenIsComparedWithTheSameMoment) {
  // A loud second, then a quiet one; the output is the input, half a second late.
  constexpr size_t kDelay = kRateHz / 2;
  LiveMeter meter(kRateHz, 1, kDelay, 10);
  std::vector<float> before(3 * kRateHz);
  for (size_t i = 0; i < before.size(); ++i) {
    before[i] = (i < kRateHz ? 0.5f : 0.01f) * (i % 2 == 0 ? 1.0f : -1.0f);
  }
  for (size_t i = 0; i < before.size(); ++i) {
    const float frame[] = {before[i], i < kDelay ? 0.0f : before[i - kDelay]};
    meter.Hear(frame);
    if (i > kRateHz + kDelay) {
      ASSERT_LT(meter.levels().taken_db, 0.5f) << i;
    }
  }
}

TEST(LiveMeterTest, ClippingIsShownForASecond) {
  LiveMeter meter(kRateHz, 1, 0, 10);
  meter.Hear(std::vector<float>{1.0f, 0.0f});
  meter.Hear(std::vector<float>(kRateHz, 0.0f));
  EXPECT_TRUE(meter.levels().before.clipped);
  EXPECT_FALSE(meter.levels().after.clipped);
  meter.Hear(std::vector<float>(3 * kRateHz, 0.0f));
  EXPECT_FALSE(meter.levels().before.clipped);
}

TEST(LiveMeterTest, BothSpectrogramsShowTheSameMoment) {
  constexpr size_t kDelay = 4800;
  LiveMeter meter(kRateHz, 1, kDelay, 100);
  meter.Hear(Frames(1000.0, 0.5, 0.5, kDelay, kRateHz));
  ASSERT_EQ(meter.columns().size(), 25u);
  const MeterColumn& column = meter.columns().back();
  const auto loudest = [](const std::vector<float>& rows) {
    return static_cast<size_t>(std::max_element(rows.begin(), rows.end()) - rows.begin());
  };
  const size_t row = loudest(column.before_db);
  EXPECT_EQ(loudest(column.after_db), row);
  const double hz = meter.axis().HzAt((static_cast<double>(row) + 0.5) / kMeterRows);
  EXPECT_NEAR(hz, 1000.0, 60.0);
  EXPECT_NEAR(column.before_db[row], -6.0f, 1.5f);
  EXPECT_NEAR(column.before_db[row] - column.after_db[row], 6.0f, 0.1f);
}

TEST(LiveMeterTest, KeepsAsManyColumnsAsAskedFor) {
  LiveMeter meter(kRateHz, 2, 0, 5);
  meter.Hear(std::vector<float>(kRateHz * 4, 0.1f));
  EXPECT_EQ(meter.columns().size(), 5u);
  EXPECT_EQ(meter.column_count(), 25u);
}

TEST(LiveMeterTest, BrokenSamplesCountAsSilence) {
  LiveMeter meter(kRateHz, 1, 0, 5);
  meter.Hear(std::vector<float>(kRateHz, NAN));
  EXPECT_LE(meter.levels().before.mean_db, kSilenceDb);
}

}  // namespace
}  // namespace dfn
