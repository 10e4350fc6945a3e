#include "stream/denoise/level_conditioner.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "stream/testing/quiet_speech.h"

namespace dfn {
namespace {

constexpr DenoiserControls kAuto = {.auto_level = true};
constexpr size_t kHop = 20;
constexpr size_t kRateHz = 2000;

using Channels = std::vector<std::vector<float>>;

Config SomeConfig() { return SmallConfig(Family::kDeepFilterNet3, 0, 0); }

// Lets the conditioner hear everything. Returns how often a gain changed.
size_t HearAll(LevelConditioner& level, const Channels& channels,
               const DenoiserControls& controls = kAuto) {
  size_t changes = 0;
  std::vector<const float*> hops(channels.size());
  for (size_t i = 0; i + kHop <= channels.front().size(); i += kHop) {
    for (size_t c = 0; c < hops.size(); ++c) hops[c] = channels[c].data() + i;
    if (level.Hear(controls, hops.data())) ++changes;
  }
  return changes;
}

std::vector<float> Speech(float level_db, size_t seconds = 4, float step_db = 0.0f) {
  return QuietSpeech(seconds * kRateHz, kRateHz, level_db, step_db);
}

std::vector<float> Saved(const LevelConditioner& level) {
  std::vector<float> state(level.state_size());
  level.Save(state.data());
  return state;
}

TEST(LevelConditionerTest, BringsQuietSpeechToAnOrdinaryLevel) {
  LevelConditioner level(SomeConfig(), 1, false);
  EXPECT_GT(HearAll(level, {Speech(-55.0f)}), 0u);
  EXPECT_NEAR(level.gain_db(0), 37.0f, 6.0f);
  level.Reset();
  EXPECT_EQ(level.gain_db(0), 0.0f);
}

TEST(LevelConditionerTest, LeavesOrdinarySpeechAlone) {
  for (float level_db : {-34.0f, -20.0f, -8.0f}) {
    LevelConditioner level(SomeConfig(), 1, false);
    EXPECT_EQ(HearAll(level, {Speech(level_db)}), 0u) << level_db;
  }
}

// Breath, rustle and knocks.
TEST(LevelConditionerTest, NoiseInBurstsIsNoSpeech) {
  for (float level_db : {-60.0f, -50.0f, -10.0f}) {
    LevelConditioner level(SomeConfig(), 1, false);
    const auto noise = QuietSpeech(20 * kRateHz, kRateHz, level_db, 0.0f, 3, false);
    EXPECT_EQ(HearAll(level, {noise}), 0u) << level_db;
  }
}

TEST(LevelConditionerTest, QuietNoiseBeforeOrdinarySpeechSetsNoGain) {
  LevelConditioner level(SomeConfig(), 1, false);
  EXPECT_EQ(HearAll(level, {QuietSpeech(3 * kRateHz, kRateHz, -55.0f, 0.0f, 3, false)}), 0u);
  EXPECT_EQ(HearAll(level, {Speech(-24.0f)}), 0u);
}

TEST(LevelConditionerTest, ComesDownAtOnceAndUpAfterSeconds) {
  LevelConditioner level(SomeConfig(), 1, false);
  HearAll(level, {Speech(-20.0f, 4)});
  HearAll(level, {Speech(-55.0f, 2)});
  EXPECT_EQ(level.gain_db(0), 0.0f);
  HearAll(level, {Speech(-55.0f, 4)});
  EXPECT_NEAR(level.gain_db(0), 37.0f, 6.0f);
  HearAll(level, {Speech(-20.0f, 1)});
  EXPECT_EQ(level.gain_db(0), 0.0f);
}

TEST(LevelConditionerTest, ALittleQuieterSpeechAfterOrdinarySpeechSetsNoGain) {
  LevelConditioner level(SomeConfig(), 1, false);
  HearAll(level, {Speech(-43.0f)});
  EXPECT_NEAR(level.gain_db(0), 25.0f, 6.0f);
  level.Reset();
  HearAll(level, {Speech(-20.0f)});
  EXPECT_EQ(HearAll(level, {Speech(-43.0f, 12)}), 0u);
  // What was heard is forgotten with the rest.
  level.Reset();
  HearAll(level, {Speech(-43.0f)});
  EXPECT_NEAR(level.gain_db(0), 25.0f, 6.0f);
}

TEST(LevelConditionerTest, ChannelsAreHeardAloneOrTogether) {
  const Channels channels = {Speech(-55.0f), Speech(-20.0f)};
  LevelConditioner alone(SomeConfig(), 2, false);
  HearAll(alone, channels);
  EXPECT_GT(alone.gain_db(0), 20.0f);
  EXPECT_EQ(alone.gain_db(1), 0.0f);
  LevelConditioner linked(SomeConfig(), 2, true);
  HearAll(linked, channels);
  EXPECT_EQ(linked.gain_db(0), 0.0f);
  EXPECT_EQ(linked.gain_db(1), 0.0f);
  const std::vector<float> silence(channels[0].size(), 0.0f);
  LevelConditioner half_silent(SomeConfig(), 2, true);
  HearAll(half_silent, {silence, channels[0]});
  EXPECT_GT(half_silent.gain_db(0), 20.0f);
  EXPECT_EQ(half_silent.gain_db(0), half_silent.gain_db(1));
}

TEST(LevelConditionerTest, GivenGainsNeedNoSound) {
  LevelConditioner level(SomeConfig(), 2, false);
  const DenoiserControls fixed = {.level_gain_db = -7.5f};
  EXPECT_TRUE(level.Hear(fixed, nullptr));
  EXPECT_FALSE(level.Hear(fixed, nullptr));
  EXPECT_EQ(level.gain_db(1), -7.5f);
  EXPECT_FALSE(level.Hear(kAuto, nullptr));
  EXPECT_TRUE(level.Hear({}, nullptr));
  EXPECT_EQ(level.gain_db(1), 0.0f);
}

TEST(LevelConditionerTest, GainsOfChannelsAddToTheControls) {
  const float given[] = {10.0f, -55.0f};
  LevelConditioner level(SomeConfig(), 2, false, given);
  level.Hear({.level_gain_db = -7.0f}, nullptr);
  EXPECT_EQ(level.gain_db(0), 3.0f);
  EXPECT_EQ(level.gain_db(1), -60.0f);
  LevelConditioner linked(SomeConfig(), 2, true, given);
  linked.Hear({}, nullptr);
  EXPECT_EQ(linked.gain_db(1), 10.0f);
}

TEST(LevelConditionerTest, DigitalSilenceAndBrokenSamplesTellNothing) {
  LevelConditioner level(SomeConfig(), 1, false);
  HearAll(level, {Speech(-55.0f)});
  const std::vector<float> state = Saved(level);
  HearAll(level, {std::vector<float>(30 * kRateHz, 0.0f)});
  HearAll(level, {std::vector<float>(kRateHz, std::numeric_limits<float>::quiet_NaN())});
  HearAll(level, {std::vector<float>(kRateHz, 1e30f)});
  EXPECT_EQ(Saved(level), state);
}

TEST(LevelConditionerTest, GoesOnFromASavedState) {
  LevelConditioner level(SomeConfig(), 2, false);
  const Channels channels = {Speech(-55.0f), Speech(-20.0f)};
  HearAll(level, channels);
  LevelConditioner restored(SomeConfig(), 2, false);
  ASSERT_TRUE(restored.Restore(Saved(level).data()));
  EXPECT_EQ(restored.gain_db(0), level.gain_db(0));
  HearAll(level, {channels[1], channels[0]});
  HearAll(restored, {channels[1], channels[0]});
  EXPECT_EQ(Saved(restored), Saved(level));
}

TEST(LevelConditionerTest, RefusesWhatNoStateCanBe) {
  LevelConditioner level(SomeConfig(), 2, false);
  HearAll(level, {Speech(-55.0f), Speech(-20.0f)});
  const std::vector<float> state = Saved(level);
  for (size_t i = 0; i < state.size(); ++i) {
    for (float value : {std::numeric_limits<float>::quiet_NaN(),
                        -std::numeric_limits<float>::infinity(), 1e30f}) {
      std::vector<float> hostile = state;
      hostile[i] = value;
      EXPECT_FALSE(level.Restore(hostile.data())) << i << ": " << value;
    }
  }
  EXPECT_EQ(Saved(level), state);
}

}  // namespace
}  // namespace dfn
