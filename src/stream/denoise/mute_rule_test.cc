// libDF's rule for lasting quiet: the rule alone, and in streams.
#include "stream/denoise/mute_rule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "stream/denoise/live_denoiser.h"
#include "stream/testing/allocations.h"
#include "stream/testing/fake_network.h"

namespace dfn {
namespace {

TEST(MuteRuleTest, MutesTheSixthQuietHopInARow) {
  MuteRule rule;
  for (size_t i = 0; i < 5; ++i) EXPECT_FALSE(rule.MutesQuiet()) << i;
  for (size_t i = 0; i < 100; ++i) EXPECT_TRUE(rule.MutesQuiet()) << i;
  rule.HearLoud();
  EXPECT_FALSE(rule.MutesQuiet());
}

TEST(MuteRuleTest, CountsHopsThatStayAsTheyAreOnceMore) {
  MuteRule rule;
  rule.HearLoud();
  rule.Did(true);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_FALSE(rule.MutesQuiet()) << i;
    rule.Did(true);
  }
  EXPECT_TRUE(rule.MutesQuiet());
}

TEST(MuteRuleTest, GainsStartTheCountAgain) {
  MuteRule rule;
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_FALSE(rule.MutesQuiet()) << i;
    rule.Did(false);
  }
}

constexpr size_t kSound = 10;  // hops
constexpr size_t kQuiet = 20;  // likewise
constexpr size_t kHops = 2 * kSound + kQuiet;

struct Enhanced {
  std::vector<std::vector<float>> samples;  // [channels]
  std::vector<float> lsnr_db;
  bool operator==(const Enhanced&) const = default;

  // Whether a hop of all channels is zero.
  bool Zero(size_t hop) const {
    return std::all_of(samples.begin(), samples.end(), [&](const std::vector<float>& channel) {
      const size_t size = channel.size() / kHops;
      const auto begin = channel.begin() + static_cast<ptrdiff_t>(hop * size);
      return std::all_of(begin, begin + static_cast<ptrdiff_t>(size),
                         [](float sample) { return sample == 0.0f; });
    });
  }
  size_t Muted() const {
    return static_cast<size_t>(std::count(lsnr_db.begin(), lsnr_db.end(), -15.0f));
  }
};

class MuteStreamTest : public testing::Test {
 protected:
  MuteStreamTest() {
    options_.profile = Profile::kLibdf;
    options_.channels = 2;
  }

  // A network whose local SNR is 10 dB.
  static std::shared_ptr<const Network> NewNetwork(float lsnr_db = 10.0f) {
    return std::make_shared<FakeNetwork>(SmallConfig(Family::kDeepFilterNet3, 2, 2),
                                         FakeKind::kRecurrent, std::vector<float>{lsnr_db});
  }
  // Loud, then noise of such an amplitude, then loud again.
  static std::vector<float> Sound(size_t hop, float quiet, uint32_t seed) {
    std::vector<float> sound = TestSignal(kHops * hop, seed);
    for (size_t i = kSound * hop; i < (kSound + kQuiet) * hop; ++i) sound[i] *= quiet;
    return sound;
  }
  Enhanced Enhance(size_t call, float quiet = 1e-4f) {
    const auto denoiser = std::move(LiveDenoiser::Create(network_, options_)).value();
    return Enhance(*denoiser, 0, call, quiet);
  }
  // From hop `first` on; what is before it is zero.
  Enhanced Enhance(LiveDenoiser& denoiser, size_t first, size_t call, float quiet = 1e-4f) {
    const size_t hop = denoiser.hop_size();
    Enhanced enhanced{.samples = {}, .lsnr_db = std::vector<float>(kHops)};
    for (uint32_t c = 0; c < options_.channels; ++c) {
      enhanced.samples.push_back(Sound(hop, quiet, 1 + c));
      std::fill_n(enhanced.samples[c].begin(), first * hop, 0.0f);
    }
    for (; first < kHops; first += call) Run(denoiser, first, call, enhanced);
    return enhanced;
  }
  // In place.
  void Run(LiveDenoiser& denoiser, size_t first, size_t call, Enhanced& enhanced) {
    float* hops[2];
    for (size_t c = 0; c < options_.channels; ++c) {
      hops[c] = &enhanced.samples[c][first * denoiser.hop_size()];
    }
    denoiser.Process(hops, hops, std::min(call, kHops - first), &enhanced.lsnr_db[first]);
  }

  std::shared_ptr<const Network> network_ = NewNetwork();
  DenoiserOptions options_;
};

TEST_F(MuteStreamTest, WhatHasGainsIsNeverMuted) {
  const Enhanced enhanced = Enhance(1);
  EXPECT_EQ(enhanced.lsnr_db, std::vector<float>(kHops, 10.0f));
  options_.controls.max_db_erb_thresh = 20.0f;
  EXPECT_EQ(Enhance(1), enhanced);
}

// The network says 10 dB of every hop, so each stays as it is: the count is 1 after the last loud
// hop, and two quiet ones make it 5.
TEST_F(MuteStreamTest, WhatStaysAsItIsIsMutedFromTheThirdQuietHopOn) {
  options_.controls.max_db_erb_thresh = 5.0f;
  const Enhanced enhanced = Enhance(1);
  for (size_t hop = 0; hop < kHops; ++hop) {
    const bool muted = hop >= kSound + 2 && hop < kSound + kQuiet;
    EXPECT_EQ(enhanced.lsnr_db[hop], muted ? -15.0f : 10.0f) << hop;
    if (muted) {
      EXPECT_TRUE(enhanced.Zero(hop)) << hop;
    }
  }
}

// Nothing advances while a stream is muted, so what comes after it is what would have come.
TEST_F(MuteStreamTest, TheStreamStandsStill) {
  options_.controls.max_db_erb_thresh = 5.0f;
  const Enhanced enhanced = Enhance(1);
  const auto denoiser = std::move(LiveDenoiser::Create(network_, options_)).value();
  const size_t hop = denoiser->hop_size();
  std::vector<std::vector<float>> shorter(2);
  for (uint32_t c = 0; c < 2; ++c) {
    shorter[c] = Sound(hop, 1e-4f, 1 + c);
    const auto begin = shorter[c].begin() + static_cast<ptrdiff_t>((kSound + 2) * hop);
    shorter[c].erase(begin, begin + static_cast<ptrdiff_t>((kQuiet - 2) * hop));
  }
  float* hops[] = {shorter[0].data(), shorter[1].data()};
  denoiser->Process(hops, hops, shorter[0].size() / hop, nullptr);
  for (size_t c = 0; c < 2; ++c) {
    const auto tail = static_cast<ptrdiff_t>(kSound * hop);
    EXPECT_TRUE(
        std::equal(shorter[c].end() - tail, shorter[c].end(), enhanced.samples[c].end() - tail));
  }
}

// libDF's threshold: a mean square of 1e-7. The noise's is 1/12 of its squared amplitude.
TEST_F(MuteStreamTest, QuietIsBelowMinus70Dbfs) {
  options_.controls.max_db_erb_thresh = 5.0f;
  EXPECT_EQ(Enhance(1, 0.9e-3f).Muted(), kQuiet - 2);
  EXPECT_EQ(Enhance(1, 1.3e-3f).Muted(), 0u);
}

// The mean is that of all channels.
TEST_F(MuteStreamTest, QuietIsQuietOnAllChannels) {
  options_.controls.max_db_erb_thresh = 5.0f;
  const auto denoiser = std::move(LiveDenoiser::Create(network_, options_)).value();
  const size_t hop = denoiser->hop_size();
  Enhanced enhanced{.samples = {Sound(hop, 0.0f, 1), Sound(hop, 1.3e-3f, 2)},
                    .lsnr_db = std::vector<float>(kHops)};
  Run(*denoiser, 0, kHops, enhanced);
  EXPECT_EQ(enhanced.Muted(), kQuiet - 2);
  options_.channels = 1;
  EXPECT_EQ(Enhance(1, 1.3e-3f).Muted(), 0u);
}

// A stream that lets its input pass has five quiet hops first.
TEST_F(MuteStreamTest, AnInputThatPassesIsMutedFromTheSixthQuietHopOn) {
  options_.controls.atten_lim_db = 0.0f;
  const Enhanced enhanced = Enhance(1);
  const std::vector<float> input = Sound(network_->config().hop_size, 1e-4f, 1);
  for (size_t hop = 0; hop < kHops; ++hop) {
    const bool muted = hop >= kSound + 5 && hop < kSound + kQuiet;
    EXPECT_EQ(enhanced.lsnr_db[hop], muted ? -15.0f : 35.0f) << hop;
    EXPECT_EQ(enhanced.Zero(hop), muted) << hop;
  }
  const auto begin = static_cast<ptrdiff_t>((kSound + 5) * network_->config().hop_size);
  EXPECT_TRUE(std::equal(input.begin(), input.begin() + begin, enhanced.samples[0].begin()));
  // Where the delay is constant, the input passes delayed, and quiet passes too.
  options_.constant_delay = true;
  EXPECT_EQ(Enhance(1).lsnr_db, std::vector<float>(kHops, 10.0f));
}

TEST_F(MuteStreamTest, OtherProfilesMuteNothing) {
  options_.profile = Profile::kReference;
  options_.controls.atten_lim_db = 0.0f;
  EXPECT_EQ(Enhance(1).Muted(), network_->config().conv_lookahead_frames);
}

TEST_F(MuteStreamTest, BitsDependNeitherOnCallsNorOnThreads) {
  options_.controls.max_db_erb_thresh = 5.0f;
  for (float limit_db : {100.0f, 0.0f}) {
    options_.controls.atten_lim_db = limit_db;
    options_.threads = 1;
    const Enhanced expected = Enhance(1);
    for (size_t threads : {1u, 4u}) {
      options_.threads = threads;
      for (const auto& [most, call] :
           {std::pair<size_t, size_t>{1, 7}, {5, 1}, {5, kHops}, {8, 16}, {64, kHops}}) {
        options_.max_frames_per_call = most;
        EXPECT_EQ(Enhance(call), expected)
            << threads << " threads, chunks of " << most << ", calls of " << call;
      }
    }
  }
}

TEST_F(MuteStreamTest, HopsInPiecesGiveTheSameBits) {
  for (float limit_db : {100.0f, 0.0f}) {
    options_.controls = {.atten_lim_db = limit_db, .max_db_erb_thresh = 5.0f};
    const Enhanced expected = Enhance(1);
    const auto denoiser = std::move(LiveDenoiser::Create(network_, options_)).value();
    const size_t hop = denoiser->hop_size();
    Enhanced enhanced{.samples = {Sound(hop, 1e-4f, 1), Sound(hop, 1e-4f, 2)},
                      .lsnr_db = std::vector<float>(kHops)};
    for (size_t frame = 0; frame < kHops; ++frame) {
      float* hops[] = {&enhanced.samples[0][frame * hop], &enhanced.samples[1][frame * hop]};
      denoiser->BeginHop(hops, hops, &enhanced.lsnr_db[frame]);
      for (size_t i = 0; i < denoiser->piece_shares().size(); ++i) denoiser->RunPiece(i);
    }
    EXPECT_EQ(enhanced, expected) << limit_db;
  }
}

TEST_F(MuteStreamTest, TellsWhichHopsWait) {
  options_.controls.max_db_erb_thresh = 5.0f;
  const auto denoiser = std::move(LiveDenoiser::Create(network_, options_)).value();
  const std::vector<float> sound = Sound(denoiser->hop_size(), 1e-4f, 1);
  const float* hops[] = {sound.data(), sound.data()};
  EXPECT_FALSE(denoiser->WaitsWithin(hops, kSound));
  EXPECT_TRUE(denoiser->WaitsWithin(hops, kSound + 1));
  EXPECT_FALSE(denoiser->WaitsWithin(nullptr, 1));
  EXPECT_TRUE(denoiser->WaitsWithin(nullptr, 2));
  denoiser->SetControls({});
  EXPECT_FALSE(denoiser->WaitsWithin(hops, kHops));
}

TEST_F(MuteStreamTest, GoesOnFromASavedState) {
  for (float limit_db : {100.0f, 0.0f}) {
    options_.controls = {.atten_lim_db = limit_db, .max_db_erb_thresh = 5.0f};
    const Enhanced expected = Enhance(1);
    for (size_t at : {kSound + 1, kSound + 4, kSound + 9}) {
      const auto first = std::move(LiveDenoiser::Create(network_, options_)).value();
      Enhanced before = Enhance(*first, kHops, 1);
      for (uint32_t c = 0; c < 2; ++c) before.samples[c] = Sound(first->hop_size(), 1e-4f, 1 + c);
      for (size_t hop = 0; hop < at; ++hop) Run(*first, hop, 1, before);
      std::vector<float> state(first->state_size());
      first->SaveState(state.data());
      const auto second = std::move(LiveDenoiser::Create(network_, options_)).value();
      ASSERT_TRUE(second->RestoreState(state.data()));
      const Enhanced after = Enhance(*second, at, 1);
      for (size_t c = 0; c < 2; ++c) {
        const auto begin = static_cast<ptrdiff_t>(at * first->hop_size());
        EXPECT_TRUE(std::equal(after.samples[c].begin() + begin, after.samples[c].end(),
                               expected.samples[c].begin() + begin))
            << at;
      }
    }
  }
}

// What counts is the level that the network hears.
TEST_F(MuteStreamTest, AGainForTheNetworkLiftsWhatIsQuiet) {
  options_.controls.max_db_erb_thresh = 5.0f;
  options_.controls.level_gain_db = 30.0f;
  EXPECT_EQ(Enhance(1).Muted(), 0u);
  options_.controls.level_gain_db = -30.0f;
  EXPECT_EQ(Enhance(1, 0.01f).Muted(), kQuiet - 2);
}

TEST_F(MuteStreamTest, ChannelsThatAreGatedAloneAreNotMuted) {
  options_.controls.max_db_erb_thresh = 5.0f;
  options_.reduce_mask = ReduceMask::kNone;
  options_.gate_channels_alone = true;
  EXPECT_EQ(Enhance(1).Muted(), 0u);
}

TEST_F(MuteStreamTest, ProcessingAllocatesNothing) {
  options_.controls.max_db_erb_thresh = 5.0f;
  const auto denoiser = std::move(LiveDenoiser::Create(network_, options_)).value();
  Enhanced enhanced = Enhance(*denoiser, kHops, 1);
  const size_t before = Allocations();
  Run(*denoiser, 0, kHops, enhanced);
  EXPECT_EQ(Allocations(), before);
}

}  // namespace
}  // namespace dfn
