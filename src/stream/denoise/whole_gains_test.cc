#include "stream/denoise/whole_gains.h"

#include <gtest/gtest.h>

#include <limits>

#include "stream/testing/quiet_speech.h"

namespace dfn {
namespace {

std::vector<float> Stereo(float left_db, float right_db, size_t rate_hz) {
  const std::vector<float> left = QuietSpeech(6 * rate_hz, rate_hz, left_db);
  const std::vector<float> right = QuietSpeech(6 * rate_hz, rate_hz, right_db, 0.0f, 2);
  std::vector<float> both;
  for (size_t i = 0; i < left.size(); ++i) both.insert(both.end(), {left[i], right[i]});
  return both;
}

TEST(WholeGainsTest, QuietChannelsAreHeardLouder) {
  for (size_t rate_hz : {8000u, 16000u, 44100u}) {
    WholeGains gains(rate_hz, 2, false);
    gains.Hear(Stereo(-50.0f, -20.0f, rate_hz));
    EXPECT_NEAR(gains.gains_db()[0], 32.0f, 6.0f) << rate_hz;
    EXPECT_EQ(gains.gains_db()[1], 0.0f) << rate_hz;
    EXPECT_NEAR(*gains.level_db(1), -20.0f, 6.0f) << rate_hz;
  }
}

TEST(WholeGainsTest, LinkedChannelsHaveOneGain) {
  WholeGains gains(16000, 2, true);
  gains.Hear(Stereo(-60.0f, -50.0f, 16000));
  EXPECT_NEAR(gains.gains_db()[0], 32.0f, 6.0f);
  EXPECT_EQ(gains.gains_db()[0], gains.gains_db()[1]);
}

TEST(WholeGainsTest, PiecesAreAsGoodAsTheWhole) {
  const std::vector<float> sound = Stereo(-50.0f, -60.0f, 8000);
  WholeGains whole(8000, 2, false), pieces(8000, 2, false);
  whole.Hear(sound);
  for (size_t i = 0; i < sound.size(); i += 2) pieces.Hear({sound.data() + i, 2});
  EXPECT_EQ(whole.gains_db(), pieces.gains_db());
}

TEST(WholeGainsTest, NoSpeechNoGain) {
  WholeGains gains(8000, 2, false);
  EXPECT_FALSE(gains.level_db(0).has_value());
  gains.Hear(std::vector<float>(80000, 0.0f));
  gains.Hear(std::vector<float>(80000, std::numeric_limits<float>::quiet_NaN()));
  EXPECT_FALSE(gains.level_db(1).has_value());
  EXPECT_EQ(gains.gains_db(), (std::vector<float>{0.0f, 0.0f}));
}

}  // namespace
}  // namespace dfn
