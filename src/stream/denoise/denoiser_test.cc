// Properties of every network and profile: delay, cuts, channels, memory.
#include "stream/denoise/denoiser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "dsp/snr.h"
#include "dsp/speech_band.h"
#include "dsp/speech_level.h"
#include "dsp/voicing.h"
#include "stream/denoise/level_conditioner.h"
#include "stream/testing/allocations.h"
#include "stream/testing/fake_network.h"

namespace dfn {
namespace {

using testing::HasSubstr;
using Channels = std::vector<std::vector<float>>;

std::unique_ptr<Denoiser> MakeDenoiser(std::shared_ptr<const Network> network,
                                       const DenoiserOptions& options) {
  auto denoiser = Denoiser::Create(std::move(network), options);
  EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
  return std::move(denoiser).value();
}

// Returns the output for all channels' input in calls of `call` frames (0: one call), then `flush`
// frames.
Channels Enhance(Denoiser& denoiser, const Channels& input, size_t call = 0, size_t flush = 0) {
  const size_t hop = denoiser.hop_size();
  const size_t frames = input.front().size() / hop;
  if (call == 0) call = frames;
  Channels output(input.size(), std::vector<float>((frames + flush) * hop));
  std::vector<const float*> in(input.size());
  std::vector<float*> out(input.size());
  for (size_t first = 0; first < frames + flush;) {
    const bool flushing = first >= frames;
    const size_t now = std::min(call, (flushing ? frames + flush : frames) - first);
    for (size_t c = 0; c < input.size(); ++c) {
      in[c] = input[c].data() + (flushing ? 0 : first * hop);
      out[c] = output[c].data() + first * hop;
    }
    if (flushing) {
      denoiser.Flush(out.data(), now, nullptr);
    } else {
      denoiser.Process(in.data(), out.data(), now, nullptr);
    }
    first += now;
  }
  return output;
}

// The family, the look-ahead of convolutions and deep filter, and the profile.
using Shape = std::tuple<Family, std::pair<size_t, size_t>, Profile>;

class DenoiserTest : public testing::TestWithParam<Shape> {
 protected:
  Config config() const {
    const auto& [family, lookahead, profile] = GetParam();
    return SmallConfig(family, lookahead.first, lookahead.second);
  }
  DenoiserOptions options() const {
    DenoiserOptions options;
    options.profile = std::get<Profile>(GetParam());
    return options;
  }
};

INSTANTIATE_TEST_SUITE_P(Shapes, DenoiserTest,
                         testing::Combine(testing::Values(Family::kDeepFilterNet2,
                                                          Family::kDeepFilterNet3),
                                          testing::Values(std::pair{0, 0}, std::pair{2, 2},
                                                          std::pair{3, 1}, std::pair{1, 3}),
                                          testing::Values(Profile::kReference, Profile::kLibdf)));

// With float32 transforms the SNR is 130 dB for any signal.
constexpr double kTransparentDb = 120.0;

TEST_P(DenoiserTest, IdentityNetworkGivesTheInputBackAfterTheDelay) {
  const Config small = config();
  auto denoiser =
      MakeDenoiser(std::make_shared<FakeNetwork>(small, FakeKind::kIdentity), options());
  EXPECT_EQ(denoiser->delay_samples(), small.hop_size * (1 + small.lookahead_frames()));
  EXPECT_EQ(denoiser->hop_size(), small.hop_size);
  EXPECT_EQ(denoiser->sample_rate_hz(), small.sample_rate_hz);
  Channels input = {TestSignal(50 * small.hop_size)};
  // One hop of silence completes the last frame's overlap.
  input[0].resize(51 * small.hop_size);
  const size_t delay = denoiser->delay_samples();
  const Channels output = Enhance(*denoiser, input, 3, small.lookahead_frames());
  EXPECT_GT(SnrDb(input[0], output[0], delay), kTransparentDb);
  for (size_t i = 0; i < delay; ++i) EXPECT_NEAR(output[0][i], 0.0f, 1e-6f) << i;
}

TEST_P(DenoiserTest, AnyCutGivesTheSameBits) {
  const auto network = std::make_shared<FakeNetwork>(config(), FakeKind::kRecurrent,
                                                     std::vector<float>{10, -14, 34, 25, 12, 8});
  DenoiserOptions gated = options();
  gated.channels = 2;
  gated.controls.min_db_thresh = -10.0f;
  gated.controls.max_db_erb_thresh = 30.0f;
  gated.controls.max_db_df_thresh = 20.0f;
  gated.controls.post_filter = true;
  gated.controls.atten_lim_db = 20.0f;
  const size_t samples = 230 * config().hop_size;
  const Channels input = {TestSignal(samples, 1), TestSignal(samples, 2)};
  const size_t flush = 5;
  gated.max_frames_per_call = 256;
  const Channels whole = Enhance(*MakeDenoiser(network, gated), input, 0, flush);
  for (const auto& [chunk, call] : {std::pair<size_t, size_t>{1, 1},
                                    {32, 1},
                                    {32, 2},
                                    {7, 7},
                                    {5, 7},
                                    {32, 100},
                                    {2, 0},
                                    {100, 0}}) {
    gated.max_frames_per_call = chunk;
    for (size_t threads : {1u, 2u, 4u}) {
      gated.threads = threads;
      EXPECT_EQ(Enhance(*MakeDenoiser(network, gated), input, call, flush), whole)
          << "chunks of " << chunk << ", calls of " << call << ", threads " << threads;
    }
  }
}

TEST_P(DenoiserTest, ResetGivesTheBitsOfAFreshStream) {
  const auto network = std::make_shared<FakeNetwork>(config(), FakeKind::kRecurrent);
  const Channels input = {TestSignal(40 * config().hop_size)};
  auto denoiser = MakeDenoiser(network, options());
  const Channels fresh = Enhance(*denoiser, input);
  EXPECT_NE(Enhance(*denoiser, input), fresh);
  denoiser->Reset();
  EXPECT_EQ(Enhance(*denoiser, input), fresh);
}

TEST_P(DenoiserTest, OutputMayLieWhereTheInputDoes) {
  const auto network = std::make_shared<FakeNetwork>(config(), FakeKind::kRecurrent);
  const Channels input = {TestSignal(40 * config().hop_size)};
  const Channels expected = Enhance(*MakeDenoiser(network, options()), input);
  std::vector<float> samples = input[0];
  const float* in = samples.data();
  float* out = samples.data();
  MakeDenoiser(network, options())->Process(&in, &out, 40, nullptr);
  EXPECT_EQ(samples, expected[0]);
}

TEST_P(DenoiserTest, ChannelsWithoutSharedGainsAreStreamsOfTheirOwn) {
  const auto network = std::make_shared<FakeNetwork>(config(), FakeKind::kRecurrent);
  const size_t samples = 60 * config().hop_size;
  const Channels input = {TestSignal(samples, 1), TestSignal(samples, 2), TestSignal(samples, 3)};
  DenoiserOptions several = options();
  several.channels = 3;
  several.reduce_mask = ReduceMask::kNone;
  const Channels output = Enhance(*MakeDenoiser(network, several), input);
  for (size_t c = 0; c < input.size(); ++c) {
    EXPECT_EQ(Enhance(*MakeDenoiser(network, options()), {input[c]})[0], output[c]) << c;
  }
}

TEST_P(DenoiserTest, RecoversFromSamplesThatAreNoNumbers) {
  const auto network = std::make_shared<FakeNetwork>(config(), FakeKind::kRecurrent);
  std::vector<float> broken = TestSignal(60 * config().hop_size);
  std::vector<float> repaired = broken;
  size_t i = 100;
  for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                    -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::max()}) {
    broken[i] = bad;
    repaired[i] = 0.0f;
    i += 37;
  }
  const Channels output = Enhance(*MakeDenoiser(network, options()), {broken});
  EXPECT_EQ(output, Enhance(*MakeDenoiser(network, options()), {repaired}));
  for (float sample : output[0]) EXPECT_TRUE(std::isfinite(sample));
}

TEST_P(DenoiserTest, LargestSamplesStayFinite) {
  const auto network = std::make_shared<FakeNetwork>(config(), FakeKind::kRecurrent);
  std::vector<float> loud = TestSignal(60 * config().hop_size);
  for (float& sample : loud) sample = sample > 0 ? 1e10f : -1e10f;
  DenoiserOptions filtered = options();
  filtered.controls.post_filter = true;
  const Channels output = Enhance(*MakeDenoiser(network, filtered), {loud});
  for (float sample : output[0]) EXPECT_TRUE(std::isfinite(sample));
}

TEST_P(DenoiserTest, ProcessingAllocatesNothing) {
  const auto network = std::make_shared<FakeNetwork>(config(), FakeKind::kRecurrent,
                                                     std::vector<float>{10, -15, 35, 25});
  DenoiserOptions all = options();
  all.channels = 2;
  all.controls.post_filter = true;
  all.controls.atten_lim_db = 12.0f;
  all.controls.max_db_df_thresh = 20.0f;
  for (size_t threads : {1u, 3u}) {
    all.threads = threads;
    auto denoiser = MakeDenoiser(network, all);
    const size_t frames = 70;
    std::vector<float> samples = TestSignal(frames * config().hop_size);
    std::vector<float> other = samples;
    std::vector<float> lsnr_db(frames);
    const float* in[] = {samples.data(), other.data()};
    float* out[] = {samples.data(), other.data()};
    const size_t before = Allocations();
    denoiser->Process(in, out, frames, lsnr_db.data());
    denoiser->Process(in, out, 1, nullptr);
    denoiser->Flush(out, 3, lsnr_db.data());
    denoiser->Reset();
    EXPECT_EQ(Allocations(), before);
  }
}

TEST(DenoiserCreateTest, OfficialSizesOfTheDelay) {
  Config config;
  config.df_lookahead_frames = config.conv_lookahead_frames = 2;
  const auto dfn3 = std::make_shared<FakeNetwork>(config, FakeKind::kIdentity);
  EXPECT_EQ(MakeDenoiser(dfn3, {})->delay_samples(), 1440u);
  config.family = Family::kDeepFilterNet2;
  const auto dfn2 = std::make_shared<FakeNetwork>(config, FakeKind::kIdentity);
  auto denoiser = MakeDenoiser(dfn2, {});
  EXPECT_EQ(denoiser->delay_samples(), 2400u);
  // The counts are those of silent frames in a row, of the mute rule and of the frames that four
  // parts skipped, and the share of the norms' start. The level has the memory of a channel, a gain and an estimate.
  const size_t level = SpeechBand::kState + Voicing(config.sample_rate_hz).state_size() +
                       LevelConditioner::kGroupState;
  EXPECT_EQ(denoiser->state_size(),
            dfn2->state_layout().size() + SignalStateLayout(config).size() + 7 + level);
  const Channels input = {TestSignal(48000)};
  EXPECT_GT(SnrDb(input[0], Enhance(*denoiser, input)[0], 2400), kTransparentDb);
}

TEST(DenoiserCreateTest, RefusesOptionsOutOfRange) {
  const auto network = std::make_shared<FakeNetwork>(SmallConfig(Family::kDeepFilterNet3, 0, 0),
                                                     FakeKind::kIdentity);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto expect_refused = [&](auto change, const std::string& name) {
    DenoiserOptions options;
    change(options);
    const auto denoiser = Denoiser::Create(network, options);
    ASSERT_FALSE(denoiser.ok()) << name;
    EXPECT_EQ(denoiser.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(denoiser.error().message, HasSubstr(name));
  };
  expect_refused([](DenoiserOptions& o) { o.channels = 0; }, "channels is 0");
  expect_refused([](DenoiserOptions& o) { o.channels = 65; }, "channels is 65");
  expect_refused([](DenoiserOptions& o) { o.max_frames_per_call = 0; }, "max_frames_per_call");
  expect_refused([](DenoiserOptions& o) { o.max_frames_per_call = 4097; }, "max_frames_per_call");
  expect_refused([](DenoiserOptions& o) { o.threads = 0; }, "threads is 0");
  expect_refused([](DenoiserOptions& o) { o.threads = 257; }, "threads is 257");
  expect_refused([&](DenoiserOptions& o) { o.controls.atten_lim_db = nan; }, "atten_lim_db");
  expect_refused([](DenoiserOptions& o) { o.controls.post_filter_beta = -0.1f; },
                 "post_filter_beta");
  expect_refused([&](DenoiserOptions& o) { o.controls.post_filter_beta = nan; },
                 "post_filter_beta");
  expect_refused([&](DenoiserOptions& o) { o.controls.min_db_thresh = nan; }, "min_db_thresh");
  expect_refused([&](DenoiserOptions& o) { o.controls.max_db_erb_thresh = nan; },
                 "max_db_erb_thresh");
  expect_refused([&](DenoiserOptions& o) { o.controls.max_db_df_thresh = nan; },
                 "max_db_df_thresh");
  expect_refused(
      [](DenoiserOptions& o) {
        o.profile = Profile::kLibdf;
        o.channels = 2;
        o.gate_channels_alone = true;
      },
      "gate_channels_alone");
  expect_refused([](DenoiserOptions& o) { o.level_gains_db = {0.0f, 0.0f}; }, "2 gains");
  for (float gain_db : {-60.5f, 60.5f, nan}) {
    expect_refused([=](DenoiserOptions& o) { o.level_gains_db = {gain_db}; }, "beyond 60 dB");
  }
  EXPECT_FALSE(Denoiser::Create(nullptr, {}).ok());
}

TEST(DenoiserCreateTest, TakesTheEndsOfTheRanges) {
  const auto network = std::make_shared<FakeNetwork>(SmallConfig(Family::kDeepFilterNet3, 0, 0),
                                                     FakeKind::kIdentity);
  DenoiserOptions options;
  options.channels = 64;
  options.max_frames_per_call = 4096;
  options.level_gains_db.assign(64, -60.0f);
  options.level_gains_db.back() = 60.0f;
  EXPECT_TRUE(Denoiser::Create(network, options).ok());
}

TEST(DenoiserCreateTest, RefusesBandsThatDoNotFit) {
  Config config = SmallConfig(Family::kDeepFilterNet3, 0, 0);
  config.min_erb_band_bins = 10;
  const auto denoiser =
      Denoiser::Create(std::make_shared<FakeNetwork>(config, FakeKind::kIdentity), {});
  ASSERT_FALSE(denoiser.ok());
  EXPECT_EQ(denoiser.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace dfn
