#include "stream/denoise/level_rule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dfn {
namespace {

constexpr float kLong = 5.0f;  // seconds of a voice

TEST(LevelRuleTest, OrdinaryLevelsAreHeardAsTheyAre) {
  for (float level_db : {-34.0f, -26.0f, -18.0f, -12.0f}) {
    EXPECT_EQ(WholeGainDb(level_db), 0.0f) << level_db;
    EXPECT_EQ(NextGainDb(level_db, kLong, false, 0.0f), 0.0f) << level_db;
  }
  // A change within a sound costs more than it brings.
  EXPECT_EQ(WholeGainDb(-8.0f), -10.0f);
  EXPECT_EQ(NextGainDb(-8.0f, kLong, false, 0.0f), 0.0f);
  EXPECT_EQ(NextGainDb(-41.0f, kLong, false, 0.0f), 0.0f);
  EXPECT_EQ(NextGainDb(-2.0f, kLong, false, 0.0f), 0.0f);
}

TEST(LevelRuleTest, OtherLevelsAreBroughtToOne) {
  for (float level_db : {-70.0f, -50.0f, -43.0f, -1.0f, 3.0f}) {
    EXPECT_EQ(level_db + WholeGainDb(level_db), -18.0f) << level_db;
    EXPECT_EQ(NextGainDb(level_db, kLong, false, 0.0f), WholeGainDb(level_db)) << level_db;
  }
}

TEST(LevelRuleTest, SmallChangesOfTheLevelChangeNoGain) {
  EXPECT_EQ(NextGainDb(-54.9f, kLong, false, 32.0f), 32.0f);
  EXPECT_EQ(NextGainDb(-45.1f, kLong, false, 32.0f), 32.0f);
  EXPECT_EQ(NextGainDb(-55.1f, kLong, false, 32.0f), 37.1f);
  EXPECT_EQ(NextGainDb(-39.0f, kLong, false, 22.0f), 22.0f);
  EXPECT_EQ(NextGainDb(-37.9f, kLong, false, 22.0f), 0.0f);
  EXPECT_EQ(NextGainDb(-4.0f, kLong, false, -14.0f), -14.0f);
  EXPECT_EQ(NextGainDb(-5.1f, kLong, false, -14.0f), 0.0f);
}

TEST(LevelRuleTest, AGainIsSetOnceAVoiceWasHeardLongEnough) {
  EXPECT_EQ(NextGainDb(-60.0f, 0.0f, false, 0.0f), 0.0f);
  EXPECT_EQ(NextGainDb(-60.0f, 0.07f, false, 0.0f), 0.0f);
  EXPECT_EQ(NextGainDb(-60.0f, 0.09f, false, 0.0f), 42.0f);
  EXPECT_EQ(NextGainDb(-44.0f, 0.19f, false, 0.0f), 0.0f);
  EXPECT_EQ(NextGainDb(-44.0f, 0.21f, false, 0.0f), 26.0f);
  EXPECT_EQ(NextGainDb(0.0f, 0.04f, false, 0.0f), 0.0f);
  EXPECT_EQ(NextGainDb(0.0f, 0.06f, false, 0.0f), -18.0f);
}

TEST(LevelRuleTest, AGainThatIsSetFollowsEverySound) {
  EXPECT_EQ(NextGainDb(-50.0f, 0.0f, false, 42.0f), 32.0f);
  EXPECT_EQ(NextGainDb(-30.0f, 0.0f, false, 42.0f), 0.0f);
}

TEST(LevelRuleTest, AfterOrdinarySpeechOnlyFarQuieterSpeechGetsAGain) {
  EXPECT_FLOAT_EQ(NextGainDb(-45.9f, kLong, false, 0.0f), 27.9f);
  EXPECT_EQ(NextGainDb(-45.9f, kLong, true, 0.0f), 0.0f);
  EXPECT_FLOAT_EQ(NextGainDb(-46.1f, kLong, true, 0.0f), 28.1f);
  EXPECT_EQ(NextGainDb(-43.1f, kLong, true, 28.0f), 28.0f);
  EXPECT_EQ(NextGainDb(-42.9f, kLong, true, 28.0f), 0.0f);
}

TEST(LevelRuleTest, OrdinarySpeechHasAVoiceAndALevelWithinTheZone) {
  EXPECT_TRUE(IsOrdinarySpeech(-20.0f, 0.21f));
  EXPECT_FALSE(IsOrdinarySpeech(-20.0f, 0.19f));
  EXPECT_FALSE(IsOrdinarySpeech(-41.1f, kLong));
  EXPECT_FALSE(IsOrdinarySpeech(-1.9f, kLong));
}

TEST(LevelRuleTest, GainsHaveALimit) {
  EXPECT_EQ(WholeGainDb(-90.0f), kMostLevelGainDb);
  EXPECT_EQ(WholeGainDb(200.0f), -kMostLevelGainDb);
  EXPECT_EQ(NextGainDb(-90.0f, kLong, false, 0.0f), kMostLevelGainDb);
}

}  // namespace
}  // namespace dfn
