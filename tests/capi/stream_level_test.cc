// Tests what streams of the C API hear before the network: the level, the band, lasting quiet.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "capi/stream_fixture.h"

namespace dfn::test {
namespace {

using deepfilter::Stream;
using deepfilter::StreamOptions;

class StreamLevelTest : public StreamTest {};

TEST_F(StreamLevelTest, LastingQuietIsMutedInEveryChannelModeOfOneChannel) {
  auto options = StreamOptions();
  options.profile = DFN_PROFILE_LIBDF;
  options.min_db_threshold = -100.0f;
  options.max_db_erb_threshold = -20.0f;
  std::vector<float> quiet = TestNoise(48000);
  for (float& sample : quiet) sample *= 1e-4f;
  for (const dfn_channel_mode mode : {DFN_CHANNELS_INDEPENDENT, DFN_CHANNELS_LINKED,
                                      DFN_CHANNELS_DOWNMIX, DFN_CHANNELS_LINKED_MEAN}) {
    options.channel_mode = mode;
    auto stream = deepfilter::Stream::Create(model_, options);
    const std::vector<float> output = Play(stream, quiet, 480);
    EXPECT_GT(std::count(output.begin(), output.end(), 0.0f), 40000) << mode;
  }
}

// A voice in bursts between near silence, at about -50 dBFS.
std::vector<float> QuietTalker(size_t samples) {
  auto sound = TestNoise(samples);
  for (size_t i = 0; i < samples; ++i) {
    sound[i] *= 1e-4f;
    if (i / 12000 % 2 == 0) continue;
    for (int n = 1; n <= 3; ++n) {
      sound[i] += 0.003f * std::sin(0.0144f * static_cast<float>(n) * static_cast<float>(i));
    }
  }
  return sound;
}

TEST_F(StreamLevelTest, TheLevelIsFollowedByDefaultWithTheReferenceProfileAndOnRequest) {
  const auto sound = QuietTalker(96000);
  const auto gain_db = [&](dfn_profile profile, dfn_level level, float fixed_db) {
    auto options = StreamOptions();
    options.profile = profile;
    options.level = level;
    options.level_gain_db = fixed_db;
    auto stream = New(options);
    Play(stream, sound, 480);
    return stream.level_gain_db();
  };
  EXPECT_GT(gain_db(DFN_PROFILE_REFERENCE, DFN_LEVEL_AUTO, 0.0f), 20.0f);
  EXPECT_EQ(gain_db(DFN_PROFILE_REFERENCE, DFN_LEVEL_KEEP, 5.0f), 0.0f);
  EXPECT_EQ(gain_db(DFN_PROFILE_LIBDF, DFN_LEVEL_KEEP, 5.0f), 0.0f);
  EXPECT_GT(gain_db(DFN_PROFILE_LIBDF, DFN_LEVEL_AUTO, 0.0f), 20.0f);
  EXPECT_EQ(gain_db(DFN_PROFILE_REFERENCE, DFN_LEVEL_FIXED, 5.0f), 5.0f);
  EXPECT_GT(gain_db(DFN_PROFILE_REFERENCE, DFN_LEVEL_DEFAULT, 0.0f), 20.0f);
  EXPECT_EQ(gain_db(DFN_PROFILE_LIBDF, DFN_LEVEL_DEFAULT, 5.0f), 0.0f);
  auto stream = New(StreamOptions());
  stream.SetLevel(DFN_LEVEL_FIXED, 100.0f);
  Play(stream, sound, 480);
  EXPECT_EQ(stream.level_gain_db(), 60.0f);
  stream.SetLevel(DFN_LEVEL_FIXED, std::numeric_limits<float>::quiet_NaN());
  Play(stream, sound, 480);
  EXPECT_EQ(stream.level_gain_db(), 60.0f);
}

TEST_F(StreamLevelTest, TheBandIsFilledWhereTheLevelIsFollowedAndOnRequest) {
  const auto sound = TestNoise(32000);
  const auto enhanced = [&](uint32_t rate_hz, dfn_profile profile, dfn_level level, dfn_band band) {
    auto options = StreamOptions();
    options.sample_rate_hz = rate_hz;
    options.profile = profile;
    options.level = level;
    options.band = band;
    auto stream = New(options);
    return Play(stream, sound, 160);
  };
  const auto of_reference = [&](dfn_level level, dfn_band band) {
    return enhanced(16000, DFN_PROFILE_REFERENCE, level, band);
  };
  const auto kept = of_reference(DFN_LEVEL_KEEP, DFN_BAND_KEEP);
  const auto filled = of_reference(DFN_LEVEL_KEEP, DFN_BAND_AUTO);
  EXPECT_NE(filled, kept);
  EXPECT_EQ(of_reference(DFN_LEVEL_KEEP, DFN_BAND_DEFAULT), kept);
  EXPECT_EQ(of_reference(DFN_LEVEL_AUTO, DFN_BAND_KEEP), kept);
  EXPECT_EQ(of_reference(DFN_LEVEL_AUTO, DFN_BAND_DEFAULT), filled);
  EXPECT_EQ(of_reference(DFN_LEVEL_DEFAULT, DFN_BAND_DEFAULT), filled);
  EXPECT_EQ(of_reference(DFN_LEVEL_FIXED, DFN_BAND_DEFAULT), kept);
  const auto official = enhanced(16000, DFN_PROFILE_LIBDF, DFN_LEVEL_DEFAULT, DFN_BAND_KEEP);
  EXPECT_EQ(enhanced(16000, DFN_PROFILE_LIBDF, DFN_LEVEL_DEFAULT, DFN_BAND_DEFAULT), official);
  EXPECT_NE(enhanced(16000, DFN_PROFILE_LIBDF, DFN_LEVEL_DEFAULT, DFN_BAND_AUTO), official);
  // A full band has the same bits.
  for (uint32_t rate_hz : {44100u, 48000u}) {
    EXPECT_EQ(enhanced(rate_hz, DFN_PROFILE_REFERENCE, DFN_LEVEL_KEEP, DFN_BAND_AUTO),
              enhanced(rate_hz, DFN_PROFILE_REFERENCE, DFN_LEVEL_KEEP, DFN_BAND_KEEP));
  }
}

TEST_F(StreamLevelTest, ASavedStateHasItsBand) {
  const auto sound = TestNoise(32000);
  auto options = StreamOptions();
  options.sample_rate_hz = 16000;
  options.band = DFN_BAND_AUTO;
  auto stream = New(options);
  Play(stream, sound, 160);
  auto other = New(options);
  ASSERT_EQ(other.CopyFrom(stream), DFN_OK);
  EXPECT_EQ(Play(other, sound, 160), Play(stream, sound, 160));
  options.band = DFN_BAND_KEEP;
  auto without = New(options);
  EXPECT_NE(without.CopyFrom(stream), DFN_OK);
}

TEST_F(StreamLevelTest, ASavedStateHasItsLevel) {
  const auto sound = QuietTalker(96000);
  auto options = StreamOptions();
  options.level = DFN_LEVEL_AUTO;
  auto stream = New(options);
  Play(stream, sound, 480);
  auto other = New(options);
  ASSERT_EQ(other.CopyFrom(stream), DFN_OK);
  EXPECT_EQ(other.level_gain_db(), stream.level_gain_db());
  EXPECT_GT(other.level_gain_db(), 20.0f);
  EXPECT_EQ(Play(other, sound, 480), Play(stream, sound, 480));
  stream.Reset();
  EXPECT_EQ(stream.level_gain_db(), 0.0f);
}

}  // namespace
}  // namespace dfn::test
