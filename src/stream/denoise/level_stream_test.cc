// Streams that follow the level of their input: how the gain reaches the network, and that the bits
// depend neither on calls nor on threads nor on other streams.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <span>
#include <vector>

#include "dsp/snr.h"
#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "stream/denoise/denoiser_batch.h"
#include "stream/denoise/live_denoiser.h"
#include "stream/testing/allocations.h"
#include "stream/testing/quiet_speech.h"

namespace dfn {
namespace {

using Channels = std::vector<std::vector<float>>;

std::unique_ptr<LiveDenoiser> MakeDenoiser(const std::shared_ptr<const Network>& network,
                                           const DenoiserOptions& options) {
  auto denoiser = LiveDenoiser::Create(network, options);
  EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
  return std::move(denoiser).value();
}

// Enhances the frames [first, end) of the two channels in place, in calls of `call` frames.
void Process(LiveDenoiser& denoiser, Channels& sound, size_t first, size_t end, size_t call) {
  float* hops[2];
  for (; first < end; first += call) {
    const size_t frames = std::min(call, end - first);
    for (size_t c = 0; c < 2; ++c) hops[c] = &sound[c][first * denoiser.hop_size()];
    denoiser.Process(hops, hops, frames, nullptr);
  }
}

class LevelStreamTest : public testing::TestWithParam<NamedConfig> {
 protected:
  static constexpr size_t kHops = 500;

  LevelStreamTest() : network_(NewNativeNetwork(RandomModel(SlowConfig(), 5))) {
    options_.channels = 2;
    options_.controls.auto_level = true;
  }

  // Hops of 10 ms, so that few of them make seconds.
  static Config SlowConfig() {
    Config config = GetParam().config;
    config.sample_rate_hz = 100 * config.hop_size;
    return config;
  }

  // One channel goes from quiet to loud, the other from loud to quiet; with a silence.
  Channels Sound(uint32_t seed = 1) const {
    const Config& config = network_->config();
    const size_t samples = kHops * config.hop_size;
    Channels sound = {QuietSpeech(samples, config.sample_rate_hz, -52.0f, 30.0f, seed),
                      QuietSpeech(samples, config.sample_rate_hz, -20.0f, -32.0f, seed + 9)};
    for (auto& channel : sound) {
      std::fill_n(channel.begin() + static_cast<ptrdiff_t>(samples / 3), samples / 20, 0.0f);
    }
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

INSTANTIATE_TEST_SUITE_P(Configs, LevelStreamTest, testing::ValuesIn(SmallConfigs()),
                         [](const auto& test) { return test.param.name; });

TEST_P(LevelStreamTest, GainsComeAndGo) {
  const auto denoiser = MakeDenoiser(network_, options_);
  Channels sound = Sound();
  Process(*denoiser, sound, 0, 200, 7);
  EXPECT_NEAR(denoiser->level_gain_db(0), 34.0f, 6.0f);
  EXPECT_EQ(denoiser->level_gain_db(1), 0.0f);
  Process(*denoiser, sound, 200, kHops, 7);
  EXPECT_EQ(denoiser->level_gain_db(0), 0.0f);
  denoiser->Reset();
  EXPECT_EQ(denoiser->level_gain_db(0), 0.0f);
}

TEST_P(LevelStreamTest, OrdinaryLevelsHaveTheBitsOfAGainOfZero) {
  const Config& config = network_->config();
  for (float level_db : {-34.0f, -26.0f, -12.0f}) {
    const size_t samples = kHops * config.hop_size;
    const Channels sound = {QuietSpeech(samples, config.sample_rate_hz, level_db),
                            QuietSpeech(samples, config.sample_rate_hz, level_db, 0.0f, 2)};
    DenoiserOptions keep = options_;
    keep.controls.auto_level = false;
    EXPECT_EQ(Enhanced(options_, 7, sound), Enhanced(keep, 7, sound)) << level_db;
  }
}

TEST_P(LevelStreamTest, BitsDependNeitherOnCallsNorOnThreads) {
  for (bool linked : {false, true}) {
    options_.link_gains = linked;
    options_.threads = 1;
    options_.max_frames_per_call = 32;
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
}

TEST_P(LevelStreamTest, PiecesAndBatchesGiveTheSameBits) {
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

TEST_P(LevelStreamTest, GoesOnFromASavedState) {
  const Channels expected = Enhanced(options_, kHops, Sound());
  for (size_t at : {0u, 30u, 100u, 260u, 499u}) {
    Channels sound = Sound();
    const auto first = MakeDenoiser(network_, options_);
    Process(*first, sound, 0, at, 16);
    std::vector<float> state(first->state_size());
    first->SaveState(state.data());
    const auto second = MakeDenoiser(network_, options_);
    ASSERT_TRUE(second->RestoreState(state.data()));
    EXPECT_EQ(second->level_gain_db(0), first->level_gain_db(0));
    Process(*second, sound, at, kHops, 16);
    EXPECT_EQ(sound, expected) << at;
  }
}

// Skipped frames are digital silence, which tells nothing about the level either way.
TEST_P(LevelStreamTest, SilenceSkipChangesNoGain) {
  const auto gains = [&](bool skip) {
    options_.silence_skip = skip;
    const auto denoiser = MakeDenoiser(network_, options_);
    Channels sound = Sound();
    std::vector<float> gains_db;
    for (size_t frame = 0; frame < kHops; ++frame) {
      Process(*denoiser, sound, frame, frame + 1, 1);
      gains_db.push_back(denoiser->level_gain_db(0));
    }
    EXPECT_EQ(denoiser->skipped_frames() > 0, skip);
    return gains_db;
  };
  EXPECT_EQ(gains(true), gains(false));
}

TEST_P(LevelStreamTest, ProcessingAllocatesNothing) {
  const auto denoiser = MakeDenoiser(network_, options_);
  Channels sound = Sound();
  const size_t before = Allocations();
  Process(*denoiser, sound, 0, kHops, 40);
  EXPECT_EQ(Allocations(), before);
}

TEST_P(LevelStreamTest, ControlsSwitchWhileTheStreamRuns) {
  const auto denoiser = MakeDenoiser(network_, options_);
  Channels sound = Sound();
  Process(*denoiser, sound, 0, 150, 10);
  EXPECT_GT(denoiser->level_gain_db(0), 20.0f);
  denoiser->SetControls({.level_gain_db = 5.0f});
  Process(*denoiser, sound, 150, 160, 10);
  EXPECT_EQ(denoiser->level_gain_db(0), 5.0f);
  EXPECT_EQ(denoiser->level_gain_db(1), 5.0f);
  denoiser->SetControls({.auto_level = true});
  Process(*denoiser, sound, 160, 161, 1);
  EXPECT_EQ(denoiser->level_gain_db(0), 5.0f);
}

// What a stream forgets because of its controls is gone when its state is saved.
TEST_P(LevelStreamTest, AStateGoesOnAfterControlsSwitched) {
  const auto denoiser = MakeDenoiser(network_, options_);
  Channels sound = Sound();
  Process(*denoiser, sound, 0, 150, 10);
  denoiser->SetControls({.level_gain_db = 5.0f});
  Process(*denoiser, sound, 150, 152, 2);
  std::vector<float> state(denoiser->state_size());
  denoiser->SaveState(state.data());
  const auto restored = MakeDenoiser(network_, options_);
  ASSERT_TRUE(restored->RestoreState(state.data()));
  Channels again = sound;
  denoiser->SetControls({.auto_level = true});
  Process(*denoiser, sound, 152, kHops, 10);
  Process(*restored, again, 152, kHops, 10);
  EXPECT_EQ(sound, again);
}

// A gain from the first frame on is a louder input, as far as the network can tell: the stream of
// the louder input, put down again, differs by rounding alone.
TEST_P(LevelStreamTest, AGivenGainIsALouderInput) {
  const Channels quiet = Sound();
  Channels loud = quiet;
  for (auto& channel : loud) {
    for (float& sample : channel) sample *= 16.0f;
  }
  DenoiserOptions options = options_;
  options.controls = {};
  const Channels of_loud = Enhanced(options, 16, loud);
  options.controls.level_gain_db = 20.0f * std::log10(16.0f);
  const Channels of_quiet = Enhanced(options, 16, quiet);
  for (size_t c = 0; c < 2; ++c) {
    std::vector<float> down = of_loud[c];
    for (float& sample : down) sample /= 16.0f;
    EXPECT_GT(SnrDb(down, of_quiet[c]), 60.0) << c;
  }
}

// The norms go back with a gain that goes back, so that its end is no step for the network. What is
// left of the gain by then gives 29 dB and more; norms that stay, or a network that starts anew at
// each gain, give 15 to 25 with most configurations.
TEST_P(LevelStreamTest, AfterAGainTheStreamIsAsIfThereHadBeenNone) {
  options_.controls = {};
  const auto plain = MakeDenoiser(network_, options_);
  const auto moved = MakeDenoiser(network_, options_);
  Channels expected = Sound();
  Channels sound = Sound();
  moved->SetControls({.level_gain_db = 6.0f});
  Process(*plain, expected, 0, 400, 10);
  Process(*moved, sound, 0, 400, 10);
  moved->SetControls({});
  Process(*plain, expected, 400, kHops, 10);
  Process(*moved, sound, 400, kHops, 10);
  constexpr double kLeastSnrDb = 25.0;
  const size_t first = 400 * network_->config().hop_size;
  for (size_t c = 0; c < 2; ++c) {
    const std::span<const float> found(sound[c]);
    EXPECT_GT(SnrDb(std::span(expected[c]).subspan(first), found.subspan(first)), kLeastSnrDb) << c;
  }
}

// The middle of the widest gap between numbers of the middle half.
float MiddleOfAGap(std::vector<float> numbers) {
  std::sort(numbers.begin(), numbers.end());
  size_t widest = numbers.size() / 4;
  for (size_t i = widest; i < numbers.size() * 3 / 4; ++i) {
    if (numbers[i + 1] - numbers[i] > numbers[widest + 1] - numbers[widest]) widest = i;
  }
  return 0.5f * (numbers[widest] + numbers[widest + 1]);
}

// Thresholds of kLibdf act on the local SNR of what the network hears: the same frames of a quiet
// sound are muted as of the loud one.
TEST_P(LevelStreamTest, MutingGoesByWhatTheNetworkHears) {
  options_.channels = 1;
  options_.profile = Profile::kLibdf;
  options_.controls = {};
  const auto enhance = [&](std::vector<float> sound, std::vector<float>& lsnrs_db) {
    lsnrs_db.resize(kHops);
    float* hops = sound.data();
    MakeDenoiser(network_, options_)->Process(&hops, &hops, kHops, lsnrs_db.data());
    return sound;
  };
  const std::vector<float> quiet = Sound()[0];
  std::vector<float> loud = quiet;
  for (float& sample : loud) sample *= 16.0f;
  std::vector<float> lsnrs_db, quiet_lsnrs_db, as_it_is_lsnrs_db;
  enhance(loud, lsnrs_db);
  options_.controls.min_db_thresh = MiddleOfAGap(lsnrs_db);
  std::vector<float> of_loud = enhance(loud, lsnrs_db);
  for (float& sample : of_loud) sample /= 16.0f;
  const std::vector<float> as_it_is = enhance(quiet, as_it_is_lsnrs_db);
  options_.controls.level_gain_db = 20.0f * std::log10(16.0f);
  const std::vector<float> of_quiet = enhance(quiet, quiet_lsnrs_db);
  EXPECT_GT(SnrDb(of_loud, of_quiet), 50.0);
  EXPECT_LT(SnrDb(of_loud, as_it_is), 50.0);
  const auto muted = [&](const std::vector<float>& numbers) {
    return std::count_if(numbers.begin(), numbers.end(),
                         [&](float db) { return db < options_.controls.min_db_thresh; });
  };
  EXPECT_GT(muted(lsnrs_db), 0);
  EXPECT_LT(muted(lsnrs_db), static_cast<ptrdiff_t>(kHops));
  EXPECT_EQ(muted(quiet_lsnrs_db), muted(lsnrs_db));
}

}  // namespace
}  // namespace dfn
