// Streams of sounds that have a narrow band: what the network hears, and that the bits depend
// neither on calls nor on threads nor on other streams.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>
#include <vector>

#include "dsp/snr.h"
#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "stream/denoise/denoiser_batch.h"
#include "stream/denoise/live_denoiser.h"
#include "stream/testing/allocations.h"
#include "stream/testing/fake_network.h"
#include "stream/testing/quiet_speech.h"

namespace dfn {
namespace {

constexpr size_t kHops = 300;

using Channels = std::vector<std::vector<float>>;

std::unique_ptr<LiveDenoiser> MakeDenoiser(const std::shared_ptr<const Network>& network,
                                           const DenoiserOptions& options) {
  auto denoiser = LiveDenoiser::Create(network, options);
  EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
  return std::move(denoiser).value();
}

// Enhances the frames [first, end) of one or two channels in place, in calls of `call` frames.
void Process(LiveDenoiser& denoiser, Channels& sound, size_t first, size_t end, size_t call) {
  float* hops[2];
  for (; first < end; first += call) {
    for (size_t c = 0; c < sound.size(); ++c) hops[c] = &sound[c][first * denoiser.hop_size()];
    denoiser.Process(hops, hops, std::min(call, end - first), nullptr);
  }
}

class BandStreamTest : public testing::TestWithParam<NamedConfig> {
 protected:
  BandStreamTest() : network_(NewNativeNetwork(RandomModel(SlowConfig(), 5))) {
    options_.channels = 2;
    options_.controls.auto_level = true;
    options_.band_hz = network_->config().sample_rate_hz / 4;
  }

  // Hops of 10 ms, so that few of them make seconds.
  static Config SlowConfig() {
    Config config = GetParam().config;
    config.sample_rate_hz = 100 * config.hop_size;
    return config;
  }

  // One channel gets a gain on the way.
  Channels Sound(uint32_t seed = 1) const {
    const Config& config = network_->config();
    const size_t samples = kHops * config.hop_size;
    Channels sound = {QuietSpeech(samples, config.sample_rate_hz, -52.0f, 20.0f, seed),
                      QuietSpeech(samples, config.sample_rate_hz, -20.0f, 0.0f, seed + 9)};
    std::fill_n(sound[0].begin() + static_cast<ptrdiff_t>(samples / 3), samples / 20, 0.0f);
    return sound;
  }

  Channels Enhanced(const DenoiserOptions& options, size_t call, Channels sound) const {
    const auto denoiser = MakeDenoiser(network_, options);
    Process(*denoiser, sound, 0, kHops, call);
    return sound;
  }

  std::shared_ptr<const Network> network_;
  DenoiserOptions options_;
};

INSTANTIATE_TEST_SUITE_P(Configs, BandStreamTest, testing::ValuesIn(SmallConfigs()),
                         [](const auto& test) { return test.param.name; });

TEST_P(BandStreamTest, AFullBandHasTheBitsOfNoFill) {
  DenoiserOptions none = options_;
  none.band_hz = 0;
  const Channels expected = Enhanced(none, 7, Sound());
  EXPECT_NE(Enhanced(options_, 7, Sound()), expected);
  options_.band_hz = network_->config().sample_rate_hz;
  EXPECT_EQ(Enhanced(options_, 7, Sound()), expected);
}

TEST_P(BandStreamTest, BitsDependNeitherOnCallsNorOnThreads) {
  const Channels expected = Enhanced(options_, kHops, Sound());
  for (size_t threads : {1u, 4u}) {
    options_.threads = threads;
    for (const auto& [most, call] :
         {std::pair<size_t, size_t>{1, 1}, {5, 1}, {5, 64}, {8, kHops}}) {
      options_.max_frames_per_call = most;
      EXPECT_EQ(Enhanced(options_, call, Sound()), expected)
          << threads << " threads, chunks of " << most << ", calls of " << call;
    }
  }
}

TEST_P(BandStreamTest, ChannelsAreFilledAsIfAlone) {
  const Channels both = Enhanced(options_, 16, Sound());
  options_.channels = 1;
  for (size_t c = 0; c < 2; ++c) {
    EXPECT_EQ(Enhanced(options_, 16, {Sound()[c]})[0], both[c]) << c;
  }
}

TEST_P(BandStreamTest, PiecesAndBatchesGiveTheSameBits) {
  const std::shared_ptr<DenoiserBatch> batch = DenoiserBatch::Create(network_, 8).value();
  std::deque<Channels> together, expected;
  std::vector<std::unique_ptr<LiveDenoiser>> denoisers;
  for (uint32_t i = 0; i < 3; ++i) {
    together.push_back(Sound(i));
    expected.push_back(Enhanced(options_, kHops, Sound(i)));
    denoisers.push_back(MakeDenoiser(network_, options_));
  }
  const size_t hop = network_->config().hop_size;
  for (size_t frame = 0; frame < kHops; ++frame) {
    std::vector<std::vector<float*>> hops;
    for (Channels& sound : together)
      hops.push_back({&sound[0][frame * hop], &sound[1][frame * hop]});
    const BatchHop calls[] = {{denoisers[0].get(), hops[0].data(), hops[0].data(), nullptr},
                              {denoisers[1].get(), hops[1].data(), hops[1].data(), nullptr}};
    batch->Process(calls);
    LiveDenoiser& spread = *denoisers[2];
    spread.BeginHop(hops[2].data(), hops[2].data(), nullptr);
    for (size_t piece = 0; piece < spread.piece_shares().size(); ++piece) spread.RunPiece(piece);
  }
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(together[i], expected[i]) << i;
}

TEST_P(BandStreamTest, GoesOnFromASavedState) {
  const Channels expected = Enhanced(options_, kHops, Sound());
  for (size_t at : {0u, 30u, 110u, 260u}) {
    Channels sound = Sound();
    const auto first = MakeDenoiser(network_, options_);
    Process(*first, sound, 0, at, 16);
    std::vector<float> state(first->state_size());
    first->SaveState(state.data());
    const auto second = MakeDenoiser(network_, options_);
    ASSERT_TRUE(second->RestoreState(state.data()));
    Process(*second, sound, at, kHops, 16);
    EXPECT_EQ(sound, expected) << at;
    // The last floats are the fill's, and powers.
    state.back() = -1.0f;
    EXPECT_FALSE(second->RestoreState(state.data()));
  }
}

TEST_P(BandStreamTest, ResetStartsAgain) {
  const Channels expected = Enhanced(options_, 16, Sound());
  const auto denoiser = MakeDenoiser(network_, options_);
  Channels sound = Sound(4);
  Process(*denoiser, sound, 0, kHops, 16);
  denoiser->Reset();
  sound = Sound();
  Process(*denoiser, sound, 0, kHops, 16);
  EXPECT_EQ(sound, expected);
}

TEST_P(BandStreamTest, ProcessingAllocatesNothing) {
  const auto denoiser = MakeDenoiser(network_, options_);
  Channels sound = Sound();
  const size_t before = Allocations();
  Process(*denoiser, sound, 0, kHops, 40);
  EXPECT_EQ(Allocations(), before);
}

// With gains of 1 the output is the input, whatever the network hears.
TEST(BandFillStreamTest, TheOutputHasNothingOfTheFill) {
  Config config = SmallConfig(Family::kDeepFilterNet3, 2, 2);
  auto network = std::make_shared<FakeNetwork>(config, FakeKind::kIdentity);
  DenoiserOptions options;
  const Channels sound = {TestSignal(60 * config.hop_size)};
  Channels kept = sound;
  Process(*MakeDenoiser(network, options), kept, 0, 60, 60);
  options.band_hz = config.sample_rate_hz / 4;
  network->Record(true);
  Channels filled = sound;
  Process(*MakeDenoiser(network, options), filled, 0, 60, 60);
  EXPECT_EQ(filled, kept);
}

// A step of the gain moves the norms of the filled bands by what the fill moves, so that these
// bands hear no step.
TEST(BandFillStreamTest, AStepOfTheGainIsNoStepInTheFilledBands) {
  Config config = SmallConfig(Family::kDeepFilterNet3, 0, 0);
  // No smoothing of the floor to speak of, as a hop is 10 ms.
  config.sample_rate_hz = 100 * config.hop_size;
  auto network = std::make_shared<FakeNetwork>(config, FakeKind::kIdentity);
  network->Record(true);
  DenoiserOptions options;
  options.band_hz = config.sample_rate_hz / 4;
  const auto denoiser = MakeDenoiser(network, options);
  // A tone in the band, which is all that the empty bands' floor comes from.
  std::vector<float> tone(400 * config.hop_size);
  for (size_t i = 0; i < tone.size(); ++i) {
    tone[i] = 1e-4f * std::sin(0.4f * static_cast<float>(i));
  }
  Channels sound = {tone};
  Process(*denoiser, sound, 0, 398, 1);
  denoiser->SetControls({.level_gain_db = 25.0f});
  Process(*denoiser, sound, 398, 400, 1);
  const std::vector<float>& erb = network->recorded_erb();
  const size_t bands = config.erb_bands;
  ASSERT_EQ(erb.size(), 400 * bands);
  const float before = erb[398 * bands - 1];
  const float after = erb[399 * bands - 1];
  // 25 dB that the norm does not know would be 0.6.
  EXPECT_NEAR(after, before, 0.05f);
}

}  // namespace
}  // namespace dfn
