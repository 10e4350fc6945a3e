// Tests streams through the C API: options, forms of samples, ends, controls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <limits>

#include "capi/stream_fixture.h"

namespace dfn::test {
namespace {

using deepfilter::Stream;
using deepfilter::StreamOptions;
using testing::HasSubstr;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST_F(StreamTest, DefaultsAreThoseOfTheHeader) {
  const auto options = StreamOptions();
  EXPECT_EQ(options.size, sizeof(dfn_stream_options));
  EXPECT_EQ(options.sample_rate_hz, 48000u);
  EXPECT_EQ(options.channels, 1u);
  EXPECT_EQ(options.channel_mode, DFN_CHANNELS_INDEPENDENT);
  EXPECT_EQ(options.profile, DFN_PROFILE_REFERENCE);
  EXPECT_EQ(options.precision, DFN_PRECISION_MODEL);
  EXPECT_EQ(options.work_mode, DFN_WORK_DIRECT);
  EXPECT_EQ(options.block_multiple, 1u);
  EXPECT_EQ(options.attenuation_limit_db, 100.0f);
  EXPECT_EQ(options.post_filter_beta, 0.0f);
  EXPECT_EQ(options.min_db_threshold, -15.0f);
  EXPECT_EQ(options.max_db_erb_threshold, 35.0f);
  EXPECT_EQ(options.max_db_df_threshold, 35.0f);
  EXPECT_EQ(options.silence_skip, 0);
}

TEST_F(StreamTest, EachOptionOutOfRangeIsNamed) {
  // Numbers that an enum does not have come from callers in C.
  const auto set = [](auto& field, int value) { std::memcpy(&field, &value, sizeof(value)); };
  struct Case {
    const char* name;
    void (*change)(dfn_stream_options&, const decltype(set)&);
  };
  const Case cases[] = {
      {"sample_rate_hz", [](auto& o, auto&) { o.sample_rate_hz = 7999; }},
      {"sample_rate_hz", [](auto& o, auto&) { o.sample_rate_hz = 192001; }},
      {"sample_rate_hz", [](auto& o, auto&) { o.sample_rate_hz = 0; }},
      {"channels", [](auto& o, auto&) { o.channels = 0; }},
      {"channels", [](auto& o, auto&) { o.channels = 17; }},
      {"channel_mode", [](auto& o, auto& s) { s(o.channel_mode, 4); }},
      {"channel_mode", [](auto& o, auto& s) { s(o.channel_mode, -1); }},
      {"profile", [](auto& o, auto& s) { s(o.profile, 2); }},
      {"precision", [](auto& o, auto& s) { s(o.precision, 4); }},
      {"work_mode", [](auto& o, auto& s) { s(o.work_mode, 2); }},
      {"band", [](auto& o, auto& s) { s(o.band, 3); }},
      {"block_multiple", [](auto& o, auto&) { o.block_multiple = 0; }},
      {"block_multiple", [](auto& o, auto&) { o.block_multiple = 1920001; }},
      {"atten", [](auto& o, auto&) { o.attenuation_limit_db = kNan; }},
      {"post_filter_beta", [](auto& o, auto&) { o.post_filter_beta = kNan; }},
      {"post_filter_beta", [](auto& o, auto&) { o.post_filter_beta = -0.1f; }},
      {"post_filter_beta", [](auto& o, auto&) { o.post_filter_beta = 1.1f; }},
      {"min_db", [](auto& o, auto&) { o.min_db_threshold = kNan; }},
      {"max_db_erb", [](auto& o, auto&) { o.max_db_erb_threshold = kNan; }},
      {"max_db_df", [](auto& o, auto&) { o.max_db_df_threshold = kNan; }},
  };
  for (const Case& one : cases) {
    auto options = StreamOptions();
    one.change(options, set);
    EXPECT_THAT(Refusal(options, DFN_ERROR_INVALID_ARGUMENT), HasSubstr(one.name));
  }
  auto mean = StreamOptions();
  mean.channel_mode = DFN_CHANNELS_LINKED_MEAN;
  EXPECT_NE(Refusal(mean, DFN_ERROR_INVALID_ARGUMENT), "");
}

TEST_F(StreamTest, OlderAndNewerCallers) {
  struct Newer {
    dfn_stream_options known;
    uint64_t unknown;
  } newer;
  std::memset(&newer, 0xab, sizeof(newer));
  dfn_stream_options_init(&newer.known, sizeof(newer));
  EXPECT_EQ(newer.unknown, 0u);
  EXPECT_EQ(New(newer.known).delay_samples(), New().delay_samples());
  newer.unknown = 5;
  EXPECT_THAT(Refusal(newer.known, DFN_ERROR_UNSUPPORTED), HasSubstr("dfn_stream_options"));
  auto options = StreamOptions();
  // Before there was a band.
  options.size = offsetof(dfn_stream_options, band);
  options.band = static_cast<dfn_band>(9);
  EXPECT_EQ(New(options).delay_samples(), New().delay_samples());
  --options.size;
  EXPECT_THAT(Refusal(options, DFN_ERROR_INVALID_ARGUMENT), HasSubstr("dfn_stream_options_init"));
  options.size = 0;
  Refusal(options, DFN_ERROR_INVALID_ARGUMENT);
  // What such sizes count lies outside the caller's memory.
  for (const size_t garbage : {size_t{1025}, size_t{1} << 32, SIZE_MAX}) {
    options.size = garbage;
    EXPECT_THAT(Refusal(options, DFN_ERROR_INVALID_ARGUMENT), HasSubstr("expected at most 1024"));
  }
}

TEST_F(StreamTest, TheDelayIsKnownBeforeTheStream) {
  for (const uint32_t rate : {8000u, 16000u, 44100u, 44099u, 48000u, 96000u, 192000u}) {
    for (const uint32_t multiple : {1u, 2u, 240u, 441u, 480u, 960u, 4800u, 48000u, 1920000u}) {
      for (const dfn_work_mode mode : {DFN_WORK_DIRECT, DFN_WORK_SPREAD}) {
        auto options = StreamOptions();
        options.sample_rate_hz = rate;
        options.block_multiple = multiple;
        options.work_mode = mode;
        const size_t delay = model_.delay_samples(options);
        EXPECT_GT(delay, 0u);
        if (multiple <= 960) {
          EXPECT_EQ(New(options).delay_samples(), delay);
        }
        // Whole hops need nothing more, however many they are.
        if (rate == 48000 && multiple % 480 == 0) {
          EXPECT_EQ(delay, 1440u + (mode == DFN_WORK_SPREAD ? 480u : 0u));
        }
      }
    }
  }
  EXPECT_EQ(dfn_model_delay_samples(model_.get(), nullptr), New().delay_samples());
}

TEST_F(StreamTest, NullIsRefusedOrDoesNothing) {
  float sample = 0;
  float* plane = &sample;
  int16_t integer = 0;
  int16_t* integer_plane = &integer;
  EXPECT_EQ(dfn_stream_process(nullptr, &plane, &plane, 1), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_stream_process_interleaved(nullptr, &sample, &sample, 1),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_stream_process_i16(nullptr, &integer_plane, &integer_plane, 1),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_stream_process_interleaved_i16(nullptr, &integer, &integer, 1),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_stream_flush(nullptr, &plane, 1), DFN_ERROR_INVALID_ARGUMENT);
  dfn_stream_reset(nullptr);
  dfn_stream_free(nullptr);
  dfn_stream_set_attenuation_limit_db(nullptr, 1);
  dfn_stream_set_post_filter_beta(nullptr, 1);
  dfn_stream_set_thresholds_db(nullptr, 1, 1, 1);
  dfn_stream_set_level(nullptr, DFN_LEVEL_FIXED, 1);
  dfn_stream_set_bypass(nullptr, 1);
  dfn_stream_options_init(nullptr, 100);
  EXPECT_EQ(dfn_stream_delay_samples(nullptr), 0u);
  EXPECT_EQ(dfn_stream_local_snr_db(nullptr), 0.0f);
  EXPECT_EQ(dfn_stream_level_gain_db(nullptr), 0.0f);
  EXPECT_EQ(dfn_stream_local_snrs_db(nullptr, &sample, 1), 0u);
  EXPECT_EQ(dfn_stream_state_size(nullptr), 0u);
  EXPECT_EQ(dfn_stream_create(nullptr, nullptr, nullptr, nullptr), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_stream_create(model_.get(), nullptr, nullptr, nullptr), DFN_ERROR_INVALID_ARGUMENT);

  auto stream = NewStereo();
  const float* one[2] = {&sample, nullptr};
  float* both[2] = {&sample, &sample};
  float* half[2] = {nullptr, &sample};
  const float* const* none = nullptr;
  EXPECT_EQ(stream.Process(one, both, 1), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(stream.Process(both, half, 1), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(stream.Process(none, both, 1), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(stream.ProcessInterleaved(static_cast<const float*>(nullptr), &sample, 1),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(stream.Flush(half, 1), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(stream.Process(none, static_cast<float* const*>(nullptr), 0), DFN_OK);
  EXPECT_EQ(stream.ProcessInterleaved(static_cast<const float*>(nullptr), nullptr, 0), DFN_OK);
}

TEST_F(StreamTest, BlocksAreMultiplesOfWhatWasPromised) {
  auto options = StreamOptions();
  options.block_multiple = 64;
  auto stream = New(options);
  auto noise = TestNoise(640);
  EXPECT_EQ(stream.ProcessInterleaved(noise.data(), noise.data(), 63), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(noise, TestNoise(640));
  EXPECT_EQ(stream.ProcessInterleaved(noise.data(), noise.data(), 640), DFN_OK);
}

TEST_F(StreamTest, TheBitsDependNeitherOnTheBlocksNorOnTheForm) {
  constexpr size_t kSamples = 12345;
  const auto left = TestNoise(kSamples, 1);
  const auto right = TestNoise(kSamples, 2);
  for (const uint32_t rate : {48000u, 44100u}) {
    auto options = StreamOptions();
    options.channels = 2;
    options.sample_rate_hz = rate;
    auto planar = New(options);
    std::vector<float> a(kSamples);
    std::vector<float> b(kSamples);
    const float* input[2] = {left.data(), right.data()};
    float* output[2] = {a.data(), b.data()};
    ASSERT_EQ(planar.Process(input, output, kSamples), DFN_OK);

    std::vector<float> frames(2 * kSamples);
    for (size_t i = 0; i < kSamples; ++i) {
      frames[2 * i] = left[i];
      frames[2 * i + 1] = right[i];
    }
    auto interleaved = New(options);
    for (size_t begin = 0, block = 1; begin < kSamples; begin += block, block = block * 3 % 1000) {
      float* at = &frames[2 * begin];
      ASSERT_EQ(interleaved.ProcessInterleaved(at, at, std::min(block, kSamples - begin)), DFN_OK);
    }
    for (size_t i = 0; i < kSamples; ++i) {
      ASSERT_EQ(frames[2 * i], a[i]) << i;
      ASSERT_EQ(frames[2 * i + 1], b[i]) << i;
    }
  }
}

// The int16 sample that a caller should get for a float.
int16_t Rounded(float sample) {
  return static_cast<int16_t>(std::clamp(std::nearbyint(sample * 32768.0f), -32768.0f, 32767.0f));
}

TEST_F(StreamTest, IntegersAreTheFloatsRounded) {
  constexpr size_t kSamples = 10000;
  std::vector<int16_t> integers(2 * kSamples);
  std::vector<float> floats(2 * kSamples);
  const auto noise = TestNoise(2 * kSamples);
  for (size_t i = 0; i < integers.size(); ++i) {
    // The signal is so large that some output exceeds full scale, so both ends of the range occur.
    integers[i] = i / 2000 % 2 == 0 ? Rounded(noise[i]) : (i / 40 % 2 == 0 ? 32767 : -32768);
    floats[i] = static_cast<float>(integers[i]) / 32768.0f;
  }
  auto whole = NewStereo();
  ASSERT_EQ(whole.ProcessInterleaved(floats.data(), floats.data(), kSamples), DFN_OK);

  auto planar = NewStereo();
  std::vector<int16_t> planes(2 * kSamples);
  for (size_t i = 0; i < kSamples; ++i) {
    planes[i] = integers[2 * i];
    planes[kSamples + i] = integers[2 * i + 1];
  }
  int16_t* pointers[2] = {planes.data(), planes.data() + kSamples};
  ASSERT_EQ(planar.Process(pointers, pointers, kSamples), DFN_OK);

  auto stream = NewStereo();
  std::fesetround(FE_UPWARD);  // a caller's own affair
  ASSERT_EQ(stream.ProcessInterleaved(integers.data(), integers.data(), kSamples), DFN_OK);
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  std::fesetround(FE_TONEAREST);
  for (size_t i = 0; i < kSamples; ++i) {
    ASSERT_EQ(integers[2 * i], Rounded(floats[2 * i])) << i;
    ASSERT_EQ(integers[2 * i + 1], Rounded(floats[2 * i + 1])) << i;
    ASSERT_EQ(planes[i], integers[2 * i]) << i;
    ASSERT_EQ(planes[kSamples + i], integers[2 * i + 1]) << i;
  }
}

TEST_F(StreamTest, BypassIsTheInputDelayed) {
  auto stream = New();
  stream.SetBypass(true);
  std::vector<int16_t> samples(9600);
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<int16_t>((i * 7919) % 65536);
  }
  const auto input = samples;
  ASSERT_EQ(stream.ProcessInterleaved(samples.data(), samples.data(), samples.size()), DFN_OK);
  const size_t delay = stream.delay_samples();
  for (size_t i = delay + 480; i < samples.size(); ++i) ASSERT_EQ(samples[i], input[i - delay]);
}

TEST_F(StreamTest, AfterFlushComesOnlyReset) {
  const auto noise = TestNoise(9000);
  auto stream = New();
  const auto first = Play(stream, noise, 480);
  std::vector<float> tail(stream.delay_samples());
  float* plane = tail.data();
  ASSERT_EQ(stream.Flush(&plane, tail.size()), DFN_OK);
  EXPECT_GT(*std::max_element(tail.begin(), tail.end()), 1e-4f);
  float sample = 1.0f;
  EXPECT_EQ(stream.ProcessInterleaved(&sample, &sample, 1), DFN_ERROR_STATE);
  EXPECT_EQ(sample, 1.0f);
  const float* input = &sample;
  EXPECT_EQ(stream.Process(&input, &plane, 1), DFN_ERROR_STATE);
  stream.Reset();
  EXPECT_EQ(Play(stream, noise, 100), first);
}

TEST_F(StreamTest, LocalSnrOfEachHop) {
  auto stream = New();
  auto noise = TestNoise(48000);
  float values[40];
  ASSERT_EQ(stream.ProcessInterleaved(noise.data(), noise.data(), 4800), DFN_OK);
  EXPECT_EQ(stream.LocalSnrsDb(values, 40), 10u);
  EXPECT_EQ(stream.local_snr_db(), values[9]);
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_GE(values[i], -15.0f);
    EXPECT_LE(values[i], 35.0f);
  }
  EXPECT_EQ(stream.LocalSnrsDb(nullptr, 0), 10u);
  float two[3] = {0, 0, 99};
  EXPECT_EQ(stream.LocalSnrsDb(two, 2), 10u);
  EXPECT_EQ(two[1], values[1]);
  EXPECT_EQ(two[2], 99.0f);
  // The same in every form of samples; a call that finishes no hop reports no local SNR.
  for (const size_t samples : {size_t{4800}, size_t{0}, size_t{1}}) {
    auto stereo = NewStereo();
    std::vector<int16_t> frames(2 * samples + 1, 100);
    ASSERT_EQ(stereo.ProcessInterleaved(frames.data(), frames.data(), samples), DFN_OK);
    EXPECT_EQ(stereo.LocalSnrsDb(nullptr, 0), samples / 480);
  }
  // A call of more hops than are kept.
  ASSERT_EQ(stream.ProcessInterleaved(noise.data(), noise.data(), 48000), DFN_OK);
  EXPECT_EQ(stream.LocalSnrsDb(values, 40), 32u);
  EXPECT_EQ(stream.local_snr_db(), values[31]);
}

// Controls set before the first sample are the options of the same meaning.
TEST_F(StreamTest, ControlsMeanWhatOptionsMean) {
  const auto noise = TestNoise(24000);
  auto options = StreamOptions();
  options.profile = DFN_PROFILE_LIBDF;
  options.attenuation_limit_db = 12.0f;
  options.post_filter_beta = 0.02f;
  options.min_db_threshold = -10.0f;
  options.max_db_erb_threshold = 5.0f;
  options.max_db_df_threshold = 4.0f;
  auto expected = New(options);
  auto plain = StreamOptions();
  plain.profile = DFN_PROFILE_LIBDF;
  auto found = New(plain);
  found.SetAttenuationLimitDb(-12.0f);  // sign is ignored
  found.SetPostFilterBeta(0.02f);
  found.SetThresholdsDb(-10.0f, 5.0f, 4.0f);
  // These change nothing.
  found.SetAttenuationLimitDb(kNan);
  found.SetPostFilterBeta(kNan);
  found.SetThresholdsDb(kNan, kNan, kNan);
  const auto output = Play(found, noise, 480);
  EXPECT_EQ(output, Play(expected, noise, 480));
  auto untouched = New(plain);
  EXPECT_NE(output, Play(untouched, noise, 480));
}

TEST_F(StreamTest, ControlsOutOfRangeAreHeldAtTheEnds) {
  const auto noise = TestNoise(24000);
  auto options = StreamOptions();
  options.post_filter_beta = 1.0f;
  auto most = New(options);
  auto infinite = New();
  infinite.SetPostFilterBeta(kInfinity);
  infinite.SetAttenuationLimitDb(kInfinity);
  EXPECT_EQ(Play(infinite, noise, 480), Play(most, noise, 480));
  auto plain = New();
  auto negative = New();
  negative.SetPostFilterBeta(-1.0f);
  EXPECT_EQ(Play(negative, noise, 480), Play(plain, noise, 480));
}

}  // namespace
}  // namespace dfn::test
