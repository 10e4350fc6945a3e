#include "dsp/speech_level.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace dfn {
namespace {

constexpr double kHop = 0.01;
using State = std::vector<float>;

float Power(float db) { return std::pow(10.0f, db / 10.0f); }

// A talker in steady noise: powers of hops with the variation that 10 ms of noise have.
class Talker {
 public:
  // Whether words are voiced.
  explicit Talker(bool voiced = true) : voiced_(voiced) {}

  // Returns whether the last of `seconds` belong to speech. Words last 0.3 s, pauses 0.2 s.
  bool Say(SpeechLevel& level, double seconds, float speech_db, float noise_db) {
    bool speech = false;
    for (int hop = 0; hop < static_cast<int>(seconds / kHop); ++hop, ++hop_) {
      const bool word = hop_ % 50 >= 20;
      const float db = word ? speech_db : noise_db;
      if (level.Hear(Power(db + vary_(random_)), word && voiced_)) speech = true;
    }
    return speech;
  }
  bool Noise(SpeechLevel& level, double seconds, float noise_db) {
    return Say(level, seconds, noise_db, noise_db);
  }
  State Save(const SpeechLevel& level) {
    State state(SpeechLevel::kState);
    level.Save(state.data());
    return state;
  }

 private:
  std::mt19937 random_{3};
  std::normal_distribution<float> vary_{0.0f, 0.7f};
  bool voiced_;
  int hop_ = 0;
};

TEST(SpeechLevelTest, FindsTheLevelOfSpeechInNoise) {
  for (float speech_db : {-65.0f, -50.0f, -26.0f, -3.0f}) {
    for (float snr_db : {12.0f, 20.0f, 50.0f}) {
      SpeechLevel level(kHop);
      Talker talker;
      EXPECT_FALSE(talker.Noise(level, 1.0, speech_db - snr_db));
      EXPECT_TRUE(talker.Say(level, 3.0, speech_db, speech_db - snr_db)) << speech_db;
      EXPECT_NEAR(level.level_db(), speech_db, 1.5f) << speech_db << ", " << snr_db;
    }
  }
}

TEST(SpeechLevelTest, SteadyNoiseIsNoSpeech) {
  for (float noise_db : {-70.0f, -40.0f, -10.0f}) {
    SpeechLevel level(kHop);
    EXPECT_FALSE(Talker().Noise(level, 60.0, noise_db));
  }
}

TEST(SpeechLevelTest, WhatIsBelowEveryMicrophoneIsNoSpeech) {
  SpeechLevel level(kHop);
  EXPECT_FALSE(Talker().Say(level, 10.0, -80.0f, -110.0f));
}

// A power that rose from nothing would be a floor far below the noise.
TEST(SpeechLevelTest, TheFirstHopCountsInFull) {
  SpeechLevel level(kHop);
  for (int hop = 0; hop < 50; ++hop) level.Hear(Power(-60.0f), false);
  for (int hop = 0; hop < 100; ++hop) ASSERT_FALSE(level.Hear(Power(-55.0f), true));
}

TEST(SpeechLevelTest, FollowsAStepUpAtOnce) {
  SpeechLevel level(kHop);
  Talker talker;
  talker.Say(level, 5.0, -50.0f, -70.0f);
  talker.Say(level, 0.5, -20.0f, -40.0f);
  EXPECT_GT(level.level_db(), -34.0f);
  talker.Say(level, 3.0, -20.0f, -40.0f);
  EXPECT_NEAR(level.level_db(), -20.0f, 2.5f);
}

TEST(SpeechLevelTest, FollowsAStepDownAfterSeconds) {
  SpeechLevel level(kHop);
  Talker talker;
  talker.Say(level, 5.0, -20.0f, -50.0f);
  talker.Say(level, 0.2, -50.0f, -80.0f);  // the end of the last word
  EXPECT_FALSE(talker.Say(level, 2.0, -50.0f, -80.0f));
  EXPECT_NEAR(level.level_db(), -20.0f, 1.5f);
  EXPECT_TRUE(talker.Say(level, 3.0, -50.0f, -80.0f));
  EXPECT_NEAR(level.level_db(), -50.0f, 1.5f);
}

TEST(SpeechLevelTest, UnvoicedSoundDoesNotTakeTheLevelDown) {
  SpeechLevel level(kHop);
  Talker().Say(level, 5.0, -20.0f, -70.0f);
  Talker(false).Say(level, 10.0, -50.0f, -70.0f);
  EXPECT_NEAR(level.level_db(), -20.0f, 1.5f);
}

TEST(SpeechLevelTest, CountsWhatWasVoiced) {
  SpeechLevel level(kHop);
  EXPECT_EQ(level.voiced_seconds(), 0.0f);
  Talker(false).Say(level, 3.0, -50.0f, -70.0f);
  EXPECT_EQ(level.voiced_seconds(), 0.0f);
  Talker().Say(level, 0.4, -50.0f, -70.0f);
  EXPECT_NEAR(level.voiced_seconds(), 0.2f, 0.05f);
  Talker().Say(level, 10.0, -50.0f, -70.0f);
  EXPECT_NEAR(level.voiced_seconds(), 0.6f, 0.2f);
  Talker().Noise(level, 5.0, -70.0f);
  EXPECT_LT(level.voiced_seconds(), 0.01f);
}

// Soft sounds with a pitch before a word say nothing about the word.
TEST(SpeechLevelTest, TheRiseToALoudWordIsNoVoiceAtTheLevel) {
  SpeechLevel level(kHop);
  Talker().Noise(level, 1.0, -80.0f);
  for (int hop = 0; hop < 100; ++hop) level.Hear(Power(-60.0f), true);
  const float before = level.voiced_seconds();
  for (int hop = 0; hop < 3; ++hop) {
    level.Hear(Power(-22.0f), true);
    EXPECT_LE(level.voiced_seconds(), before);
  }
}

// Quiet noises between sentences are not the talker.
TEST(SpeechLevelTest, ShortQuietSoundsChangeNothing) {
  SpeechLevel level(kHop);
  Talker talker;
  for (int sentence = 0; sentence < 5; ++sentence) {
    talker.Say(level, 2.0, -20.0f, -70.0f);
    talker.Say(level, 1.5, -50.0f, -70.0f);
    talker.Noise(level, 5.0, -70.0f);
    EXPECT_NEAR(level.level_db(), -20.0f, 2.0f);
  }
}

TEST(SpeechLevelTest, GoesOnFromASavedState) {
  SpeechLevel level(kHop);
  Talker talker;
  talker.Say(level, 3.3, -40.0f, -60.0f);
  SpeechLevel restored(kHop);
  ASSERT_TRUE(restored.Restore(talker.Save(level).data()));
  for (int hop = 0; hop < 500; ++hop) {
    const float power = Power(hop % 7 < 4 ? -55.0f : -75.0f);
    const bool voiced = hop % 5 == 0;
    ASSERT_EQ(level.Hear(power, voiced), restored.Hear(power, voiced));
    ASSERT_EQ(talker.Save(level), talker.Save(restored));
  }
  level.Reset();
  EXPECT_EQ(talker.Save(level), talker.Save(SpeechLevel(kHop)));
}

TEST(SpeechLevelTest, RefusesWhatNoStateCanBe) {
  SpeechLevel level(kHop);
  Talker talker;
  talker.Say(level, 2.0, -40.0f, -60.0f);
  const State state = talker.Save(level);
  for (size_t i = 0; i < state.size(); ++i) {
    for (float value : {std::numeric_limits<float>::quiet_NaN(),
                        std::numeric_limits<float>::infinity(), -1e30f, 1e30f}) {
      State hostile = state;
      hostile[i] = value;
      EXPECT_FALSE(level.Restore(hostile.data())) << i << ": " << value;
    }
  }
  EXPECT_EQ(talker.Save(level), state);
}

}  // namespace
}  // namespace dfn
