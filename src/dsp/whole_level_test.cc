#include "dsp/whole_level.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dfn {
namespace {

float Power(float db) { return std::pow(10.0f, db / 10.0f); }

// Words of 0.4 s with pauses of 0.6 s.
void Say(WholeLevel& level, int seconds, float speech_db, float noise_db) {
  for (int hop = 0; hop < 100 * seconds; ++hop) {
    level.Hear(Power(hop % 100 < 40 ? speech_db : noise_db));
  }
}

TEST(WholeLevelTest, FindsTheLevelOfSpeechInNoise) {
  for (float speech_db : {-65.0f, -30.0f, 2.0f}) {
    for (float snr_db : {12.0f, 40.0f}) {
      WholeLevel level(0.01);
      Say(level, 20, speech_db, speech_db - snr_db);
      ASSERT_TRUE(level.level_db().has_value());
      EXPECT_NEAR(*level.level_db(), speech_db, 0.1f);
    }
  }
}

// The level is that of the louder talker, with what the other adds to its mean.
TEST(WholeLevelTest, QuietTalkersCountLess) {
  WholeLevel level(0.01);
  Say(level, 20, -20.0f, -60.0f);
  Say(level, 20, -45.0f, -60.0f);
  EXPECT_NEAR(*level.level_db(), -20.0f, 0.1f);
}

TEST(WholeLevelTest, IsEmptyWithoutSpeech) {
  WholeLevel nothing(0.01);
  EXPECT_FALSE(nothing.level_db().has_value());
  WholeLevel noise(0.01);
  Say(noise, 20, -30.0f, -30.0f);
  EXPECT_FALSE(noise.level_db().has_value());
  WholeLevel inaudible(0.01);
  Say(inaudible, 20, -75.0f, -100.0f);
  EXPECT_FALSE(inaudible.level_db().has_value());
  WholeLevel click(0.01);
  for (int hop = 0; hop < 1000; ++hop) click.Hear(Power(hop == 500 ? -10.0f : -60.0f));
  EXPECT_FALSE(click.level_db().has_value());
}

}  // namespace
}  // namespace dfn
