#include "stream/host/whole_sound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "stream/testing/host.h"

namespace dfn {
namespace {

// Returns a stream's whole output without its delay.
HostSignal FromStream(const HostStreamOptions& options, const HostSignal& input) {
  const auto host = MakeHost(SmallRecurrent({10.0f, 40.0f, -20.0f}), options);
  const size_t delay = host->delay_samples();
  HostSignal output = Enhance(*host, input, {441});
  HostSignal rest(input.size(), std::vector<float>(delay));
  std::vector<float*> pointers;
  for (std::vector<float>& plane : rest) pointers.push_back(plane.data());
  host->Flush(pointers.data(), delay);
  Append(output, rest);
  for (std::vector<float>& plane : output) {
    plane.erase(plane.begin(), plane.begin() + static_cast<std::ptrdiff_t>(delay));
  }
  return output;
}

HostSignal FromWholeSound(const HostStreamOptions& options, const HostSignal& input, size_t block) {
  const auto sound = WholeSound::Create(SmallRecurrent({10.0f, 40.0f, -20.0f}), options);
  EXPECT_TRUE(sound.ok());
  const size_t channels = input.size();
  const size_t samples = input.front().size();
  std::vector<float> interleaved(samples * channels);
  for (size_t i = 0; i < interleaved.size(); ++i) {
    interleaved[i] = input[i % channels][i / channels];
  }
  std::vector<float> enhanced;
  for (size_t at = 0; at < samples; at += block) {
    const size_t count = std::min(block, samples - at);
    (*sound)->Process({interleaved.data() + at * channels, count * channels}, enhanced);
  }
  (*sound)->Finish(enhanced);
  EXPECT_EQ(enhanced.size(), interleaved.size());
  HostSignal output(channels);
  for (size_t i = 0; i < enhanced.size(); ++i) output[i % channels].push_back(enhanced[i]);
  return output;
}

class WholeSoundTest : public testing::TestWithParam<size_t> {};

INSTANTIATE_TEST_SUITE_P(Rates, WholeSoundTest,
                         testing::Values(8000, 11025, 16000, 44099, 44100, 48000, 96000, 192000));

TEST_P(WholeSoundTest, SamplesAreThoseOfAStreamWithoutItsDelay) {
  for (const Profile profile : {Profile::kReference, Profile::kLibdf}) {
    for (const size_t samples : {size_t{0}, size_t{1}, size_t{479}, size_t{3333}}) {
      for (const size_t channels : {size_t{1}, size_t{3}}) {
        HostStreamOptions options;
        options.sample_rate_hz = GetParam();
        options.channels = channels;
        options.profile = profile;
        const HostSignal input = Noise(channels, samples);
        EXPECT_EQ(FromWholeSound(options, input, 5000), FromStream(options, input)) << samples;
      }
    }
  }
}

TEST_P(WholeSoundTest, AnyBlocksGiveTheSameBits) {
  HostStreamOptions options;
  options.sample_rate_hz = GetParam();
  options.channels = 2;
  const HostSignal input = Noise(2, 5000);
  const HostSignal whole = FromWholeSound(options, input, 5000);
  for (const size_t block : {size_t{1}, size_t{480}, size_t{777}}) {
    EXPECT_EQ(FromWholeSound(options, input, block), whole) << block;
  }
}

TEST(WholeSoundModesTest, EveryChannelModeIsThatOfAStream) {
  for (const Profile profile : {Profile::kReference, Profile::kLibdf}) {
    for (const ChannelMode mode : {ChannelMode::kIndependent, ChannelMode::kLinked,
                                   ChannelMode::kDownmix, ChannelMode::kLinkedMean}) {
      if (mode == ChannelMode::kLinkedMean && profile != Profile::kLibdf) continue;
      HostStreamOptions options;
      options.sample_rate_hz = 44100;
      options.channels = 3;
      options.channel_mode = mode;
      options.profile = profile;
      options.silence_skip = true;
      options.controls.atten_lim_db = 12.0f;
      HostSignal input = Noise(3, 20000);
      for (std::vector<float>& plane : input) std::fill_n(plane.begin() + 3000, 9000, 0.0f);
      EXPECT_EQ(FromWholeSound(options, input, 20000), FromStream(options, input));
    }
  }
}

TEST(WholeSoundModesTest, BrokenSamplesCountAsZero) {
  HostSignal input = Noise(1, 3000);
  HostSignal clean = input;
  clean[0][100] = clean[0][200] = clean[0][300] = 0.0f;
  input[0][100] = std::numeric_limits<float>::quiet_NaN();
  input[0][200] = std::numeric_limits<float>::infinity();
  input[0][300] = -2e10f;
  HostStreamOptions options;
  options.sample_rate_hz = 16000;
  EXPECT_EQ(FromWholeSound(options, input, 3000), FromWholeSound(options, clean, 3000));
}

TEST(WholeSoundModesTest, OptionsOutOfRangeAreRefused) {
  HostStreamOptions options;
  options.sample_rate_hz = 7999;
  const auto sound = WholeSound::Create(Identity(), options);
  ASSERT_FALSE(sound.ok());
  EXPECT_EQ(sound.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace dfn
