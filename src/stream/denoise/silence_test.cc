#include "stream/denoise/silence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "stream/denoise/denoiser.h"
#include "stream/testing/fake_network.h"

namespace dfn {
namespace {

constexpr size_t kSound = 20;    // frames
constexpr size_t kSilence = 40;  // likewise

struct Enhanced {
  std::vector<float> samples;
  std::vector<float> lsnr_db;
  uint64_t skipped = 0;
};

// Processes sound, silence and sound in calls of `call` frames.
Enhanced Enhance(const Config& config, DenoiserOptions options, bool skip, size_t call) {
  const size_t hop = config.hop_size;
  std::vector<float> input = TestSignal((2 * kSound + kSilence) * hop);
  for (size_t i = kSound * hop; i < (kSound + kSilence) * hop; ++i) {
    // Neither a negative zero nor a value that counts as 0 is sound.
    input[i] = i % 3 == 0 ? -0.0f : i % 7 == 0 ? std::numeric_limits<float>::quiet_NaN() : 0.0f;
  }
  options.silence_skip = skip;
  auto denoiser = Denoiser::Create(
      std::make_shared<FakeNetwork>(config, FakeKind::kRecurrent, std::vector<float>{10, 8, 25}),
      options);
  EXPECT_TRUE(denoiser.ok());
  const size_t frames = 2 * kSound + kSilence;
  Enhanced enhanced{.samples = std::vector<float>(frames * hop),
                    .lsnr_db = std::vector<float>(frames)};
  for (size_t first = 0; first < frames; first += call) {
    const float* in = input.data() + first * hop;
    float* out = enhanced.samples.data() + first * hop;
    (*denoiser)->Process(&in, &out, std::min(call, frames - first),
                         enhanced.lsnr_db.data() + first);
  }
  enhanced.skipped = (*denoiser)->skipped_frames();
  (*denoiser)->Reset();
  EXPECT_EQ((*denoiser)->skipped_frames(), 0u);
  return enhanced;
}

class SilenceSkipTest : public testing::TestWithParam<std::tuple<Family, Profile>> {
 protected:
  Config config() const { return SmallConfig(std::get<Family>(GetParam()), 2, 2); }
  DenoiserOptions options() const {
    DenoiserOptions options;
    options.profile = std::get<Profile>(GetParam());
    options.controls.max_db_df_thresh = 20.0f;
    options.controls.post_filter = true;
    options.controls.atten_lim_db = 20.0f;
    return options;
  }
};

INSTANTIATE_TEST_SUITE_P(Shapes, SilenceSkipTest,
                         testing::Combine(testing::Values(Family::kDeepFilterNet2,
                                                          Family::kDeepFilterNet3),
                                          testing::Values(Profile::kReference, Profile::kLibdf)));

TEST_P(SilenceSkipTest, LeavesOutOnlyWhatIsSilentEitherWay) {
  const Config c = config();
  const Enhanced exact = Enhance(c, options(), false, 80);
  const Enhanced skipping = Enhance(c, options(), true, 80);
  EXPECT_EQ(exact.skipped, 0u);
  const size_t quiet = c.lookahead_frames() + c.df_past_frames() + 3;
  EXPECT_EQ(skipping.skipped, kSilence - quiet);
  // Up to the end of the silence the samples are the same, and zero in skipped frames; after it
  // they are those of a network whose state did not change meanwhile.
  const size_t end = (kSound + kSilence) * c.hop_size;
  for (size_t i = 0; i < end; ++i) {
    ASSERT_EQ(exact.samples[i], skipping.samples[i]) << i;
    if (i < (kSound + quiet) * c.hop_size) continue;
    ASSERT_EQ(skipping.samples[i], 0.0f) << i;
  }
  EXPECT_NE(exact.samples, skipping.samples);
  for (size_t t = 0; t < 2 * kSound + kSilence; ++t) {
    if (t < kSound + quiet) {
      EXPECT_EQ(skipping.lsnr_db[t], exact.lsnr_db[t]);
    } else if (t < kSound + kSilence) {
      EXPECT_EQ(skipping.lsnr_db[t], c.lsnr_min_db);
    }
  }
}

// The result is as if the input did not have the skipped frames.
TEST_P(SilenceSkipTest, AnyCutGivesTheSameBits) {
  const Enhanced whole = Enhance(config(), options(), true, 80);
  for (size_t threads : {1u, 3u}) {
    for (size_t most : {1u, 7u, 32u}) {
      for (size_t call : {1u, 5u, 80u}) {
        DenoiserOptions cut = options();
        cut.threads = threads;
        cut.max_frames_per_call = most;
        const Enhanced enhanced = Enhance(config(), cut, true, call);
        EXPECT_EQ(enhanced.samples, whole.samples);
        EXPECT_EQ(enhanced.lsnr_db, whole.lsnr_db);
        EXPECT_EQ(enhanced.skipped, whole.skipped);
      }
    }
  }
}

TEST(SilenceTest, OneSampleIsSound) {
  std::vector<float> hop(480);
  EXPECT_TRUE(IsSilent(hop.data(), hop.size()));
  for (float sample : {1e-30f, -1.0f}) {
    hop[479] = sample;
    EXPECT_FALSE(IsSilent(hop.data(), hop.size()));
  }
  hop[479] = 1e11f;
  EXPECT_TRUE(IsSilent(hop.data(), hop.size()));
}

// A frame is silent only if all channels are.
TEST(SilenceTest, AChannelWithSoundKeepsTheStreamGoing) {
  const Config c = SmallConfig(Family::kDeepFilterNet3, 2, 2);
  DenoiserOptions options;
  options.channels = 2;
  options.silence_skip = true;
  auto denoiser = Denoiser::Create(std::make_shared<FakeNetwork>(c, FakeKind::kRecurrent), options);
  ASSERT_TRUE(denoiser.ok());
  const std::vector<float> sound = TestSignal(60 * c.hop_size);
  const std::vector<float> silence(sound.size());
  std::vector<float> left(sound.size()), right(sound.size());
  float* out[] = {left.data(), right.data()};
  for (const auto& [first, skips] : {std::pair{&sound, false}, {&silence, true}}) {
    const float* in[] = {silence.data(), first->data()};
    (*denoiser)->Process(in, out, 60, nullptr);
    EXPECT_EQ((*denoiser)->skipped_frames() > 0, skips);
  }
}

}  // namespace
}  // namespace dfn
