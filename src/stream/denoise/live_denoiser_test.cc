// Compares LiveDenoiser with Process: hops in pieces, controls, one step on a spectrum.
#include "stream/denoise/live_denoiser.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <tuple>

#include "dsp/stft.h"
#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "stream/testing/allocations.h"
#include "stream/testing/live_stream.h"

namespace dfn {
namespace {

constexpr size_t kSound = 63;  // frames
constexpr size_t kFrames = kSound + 6;

Config WithLookahead(Config config) {
  config.conv_lookahead_frames = config.df_lookahead_frames = 2;
  return config;
}

class LiveDenoiserTest : public testing::TestWithParam<NamedConfig> {
 protected:
  LiveDenoiserTest()
      : network_(NewNativeNetwork(RandomModel(WithLookahead(GetParam().config), 5))) {}

  // Both profiles with one channel and two, and with silence skipped.
  std::vector<DenoiserOptions> AllOptions() const {
    std::vector<DenoiserOptions> all;
    for (Profile profile : {Profile::kReference, Profile::kLibdf}) {
      for (size_t channels : {1u, 2u}) {
        all.push_back(profile == Profile::kLibdf ? GatedOptions(network_) : DenoiserOptions{});
        all.back().channels = channels;
        all.back().controls.post_filter = true;
        all.back().controls.atten_lim_db = 20.0f;
        all.back().silence_skip = true;
      }
    }
    return all;
  }

  std::shared_ptr<const Network> network_;
};

INSTANTIATE_TEST_SUITE_P(Configs, LiveDenoiserTest, testing::ValuesIn(SmallConfigs()),
                         [](const auto& test) { return test.param.name; });

TEST_P(LiveDenoiserTest, PiecesDoWhatProcessDoes) {
  for (DenoiserOptions options : AllOptions()) {
    LiveStream whole(network_, options, kSound);
    LiveStream pieces(network_, options, kSound);
    LiveStream both(network_, options, kSound);
    options.threads = 2;
    LiveStream threaded(network_, options, kSound);
    while (whole.done() < kFrames) {
      whole.Process();
      pieces.ProcessInPieces();
      whole.done() % 3 == 0 ? both.Process() : both.ProcessInPieces();
      whole.done() % 3 == 1 ? threaded.Process() : threaded.ProcessInPieces();
    }
    // Silence is skipped or, with kLibdf, muted.
    EXPECT_TRUE(whole->skipped_frames() > 0 || whole.MutedFrames() > 0);
    for (LiveStream* stream : {&pieces, &both, &threaded}) {
      EXPECT_EQ(stream->samples, whole.samples);
      EXPECT_EQ(stream->lsnr_db, whole.lsnr_db);
      EXPECT_EQ(stream->State(), whole.State());
      EXPECT_EQ((*stream)->skipped_frames(), whole->skipped_frames());
    }
  }
}

TEST_P(LiveDenoiserTest, SharesOfThePiecesAddUpToTheHop) {
  LiveStream stream(network_, {}, 1);
  const std::span<const double> shares = stream->piece_shares();
  EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0), 1.0, 1e-12);
  for (double share : shares) EXPECT_GE(share, 0.0);
  size_t pieces = kChunkWork.size() - 3;  // the others are the network's
  for (NetworkPart part :
       {NetworkPart::kEncoder, NetworkPart::kErbDecoder, NetworkPart::kDfDecoder}) {
    pieces += network_->piece_macs(part).size();
  }
  EXPECT_EQ(shares.size(), pieces);
}

TEST_P(LiveDenoiserTest, ControlsSetBeforeTheFirstHopAreOptions) {
  for (const DenoiserOptions& options : AllOptions()) {
    LiveStream made_so(network_, options, kSound);
    DenoiserOptions plain;
    plain.profile = options.profile;
    plain.channels = options.channels;
    plain.silence_skip = true;
    LiveStream set_so(network_, plain, kSound);
    set_so->SetControls(options.controls);
    made_so.RunTo(kFrames);
    set_so.RunTo(kFrames);
    EXPECT_EQ(set_so.samples, made_so.samples);
    EXPECT_EQ(set_so.lsnr_db, made_so.lsnr_db);
    set_so->Reset();
    EXPECT_NE(set_so.State(), made_so.State());
  }
}

// The hop between the two overlaps one half of each frame.
TEST_P(LiveDenoiserTest, LimitAndPostFilterCountFromTheNextFrameOn) {
  const bool filters_gains = GetParam().config.post_filters_gains();
  constexpr size_t kChange = 10;
  for (Profile profile : {Profile::kReference, Profile::kLibdf}) {
    DenoiserOptions before;
    before.profile = profile;
    DenoiserOptions after = before;
    after.controls.atten_lim_db = 10.0f;
    // On the gains the filter acts two frames before their output.
    after.controls.post_filter = profile == Profile::kLibdf || !filters_gains;
    LiveStream as_before(network_, before, kSound);
    LiveStream as_after(network_, after, kSound);
    LiveStream changed(network_, before, kSound);
    changed.RunTo(kChange);
    changed->SetControls(after.controls);
    for (LiveStream* stream : {&as_before, &as_after, &changed}) stream->RunTo(kFrames);
    const auto until = [&](const LiveStream& stream, size_t frame) {
      const std::vector<float> all = stream.From(0);
      return std::vector<float>(all.begin(), all.begin() + static_cast<ptrdiff_t>(frame * 48));
    };
    EXPECT_EQ(until(changed, kChange), until(as_before, kChange));
    EXPECT_NE(until(changed, kChange + 1), until(as_before, kChange + 1));
    EXPECT_EQ(changed.From(kChange + 1), as_after.From(kChange + 1));
    EXPECT_EQ(changed.lsnr_db, as_after.lsnr_db);
  }
}

TEST_P(LiveDenoiserTest, ThresholdsCountFromTheNextFrameOn) {
  const DenoiserOptions gated = GatedOptions(network_);
  DenoiserOptions open;
  open.profile = Profile::kLibdf;
  LiveStream stays(network_, open, kSound);
  LiveStream changed(network_, open, kSound);
  stays.RunTo(10);
  changed.RunTo(10);
  EXPECT_EQ(changed.samples[0], stays.samples[0]);
  changed->SetControls(gated.controls);
  stays.RunTo(kFrames);
  changed.RunTo(kFrames);
  EXPECT_NE(changed.From(10), stays.From(10));
  // The encoder runs on every frame, up to the silence, which is muted.
  const auto sound = static_cast<ptrdiff_t>(kSound / 3);
  EXPECT_TRUE(
      std::equal(changed.lsnr_db.begin(), changed.lsnr_db.begin() + sound, stays.lsnr_db.begin()));
}

// Returns the first channel's entry of this name in a stream's state.
std::vector<float> Entry(const Network& network, const std::vector<float>& state,
                         const std::string& name) {
  const StateLayout signal = SignalStateLayout(network.config());
  const StateEntry* entry = signal.Find(name);
  if (entry == nullptr) return {};
  const auto begin =
      state.begin() + static_cast<ptrdiff_t>(network.state_layout().size() + entry->offset);
  return {begin, begin + static_cast<ptrdiff_t>(entry->size)};
}

// While it passes the input through, libDF's runtime updates its spectra and no other state.
TEST_P(LiveDenoiserTest, PassingThroughFreezesAllButTheSpectra) {
  DenoiserOptions options = GatedOptions(network_);
  LiveStream stream(network_, options, kSound);
  stream.RunTo(15);
  const std::vector<float> before = stream.State();
  options.controls.atten_lim_db = 0.0f;
  stream->SetControls(options.controls);
  EXPECT_EQ(stream->delay_samples(), network_->config().delay_samples());
  stream.Process();
  stream.ProcessInPieces();
  const std::vector<float> after = stream.State();
  for (size_t i = 15 * 48; i < 17 * 48; ++i) {
    ASSERT_EQ(stream.samples[0][i], stream.input[0][i]) << i;
  }
  EXPECT_EQ(stream.lsnr_db[15], 35.0f);
  EXPECT_EQ(stream.lsnr_db[16], 35.0f);
  const auto network_size = static_cast<ptrdiff_t>(network_->state_layout().size());
  EXPECT_TRUE(std::equal(before.begin(), before.begin() + network_size, after.begin()));
  for (const char* frozen : {"norm.erb", "norm.spec", "stft.synthesis"}) {
    EXPECT_EQ(Entry(*network_, before, frozen), Entry(*network_, after, frozen)) << frozen;
  }
  for (const char* moved : {"stft.analysis", "spec.noisy"}) {
    EXPECT_NE(Entry(*network_, before, moved), Entry(*network_, after, moved)) << moved;
  }
}

// After that the spectra of the passed frames are available: a network that changes nothing outputs
// them delayed, after one hop that overlaps with the last output.
TEST(PassThroughTest, EndsAsItsFramesGoOut) {
  for (Family family : {Family::kDeepFilterNet2, Family::kDeepFilterNet3}) {
    const Config config = SmallConfig(family, 2, 2);
    const auto network = std::make_shared<FakeNetwork>(config, FakeKind::kIdentity);
    DenoiserOptions options;
    options.profile = Profile::kLibdf;
    options.silence_skip = true;
    LiveStream stream(network, options, kSound);
    DenoiserControls passing;
    passing.atten_lim_db = -0.009f;
    // The passed sound is followed by silence at once.
    for (std::vector<float>* sound : {&stream.input[0], &stream.samples[0]}) {
      std::fill_n(sound->begin() + static_cast<ptrdiff_t>(46 * config.hop_size),
                  10 * config.hop_size, 0.0f);
    }
    const std::pair<size_t, size_t> passed[] = {{18, 22}, {38, 40}, {41, 46}};
    for (const auto& [first, last] : passed) {
      stream.RunTo(first);
      stream->SetControls(passing);
      stream.RunTo(last);
      stream->SetControls({});
    }
    stream.RunTo(kFrames);
    EXPECT_GT(stream->skipped_frames(), 0u);
    const size_t delay = config.delay_samples();
    for (size_t t = 0; t < kSound; ++t) {
      bool passes = false;
      bool overlaps = false;
      for (const auto& [first, last] : passed) {
        passes = passes || (t >= first && t < last);
        overlaps = overlaps || t == last;
      }
      if (overlaps) continue;
      for (size_t i = t * config.hop_size; i < (t + 1) * config.hop_size; ++i) {
        const float delayed = i < delay ? 0.0f : stream.input[0][i - delay];
        ASSERT_NEAR(stream.samples[0][i], passes ? stream.input[0][i] : delayed, 1e-6f)
            << "frame " << t;
      }
    }
  }
}

TEST(PassThroughTest, AStreamMadeForItHasNoDelayAsLongAsItLasts) {
  const auto network = std::make_shared<FakeNetwork>(SmallConfig(Family::kDeepFilterNet3, 2, 2),
                                                     FakeKind::kIdentity);
  DenoiserOptions options;
  options.profile = Profile::kLibdf;
  options.controls.atten_lim_db = 0.0f;
  LiveStream stream(network, options, kSound);
  EXPECT_EQ(stream->delay_samples(), 0u);
  stream->SetControls({});
  EXPECT_EQ(stream->delay_samples(), 60u);
  stream->SetControls(options.controls);
  EXPECT_EQ(stream->delay_samples(), 60u);
}

TEST_P(LiveDenoiserTest, ChannelsGatedAloneAreStreamsOfTheirOwn) {
  DenoiserOptions options = GatedOptions(network_);
  options.reduce_mask = ReduceMask::kNone;
  options.gate_channels_alone = true;
  LiveStream left(network_, options, kSound, 1);
  LiveStream right(network_, options, kSound, 101);
  options.channels = 2;
  LiveStream both(network_, options, kSound, 1);
  for (LiveStream* stream : {&left, &right, &both}) stream->RunTo(kFrames);
  EXPECT_EQ(both.samples[0], left.samples[0]);
  EXPECT_EQ(both.samples[1], right.samples[0]);
}

// The result is compared with a stream that gets the samples: norms, states and gating are equal.
TEST_P(LiveDenoiserTest, ASpectrumGetsWhatItsHopWouldGet) {
  const Config& config = network_->config();
  for (Profile profile : {Profile::kReference, Profile::kLibdf}) {
    DenoiserOptions options = GatedOptions(network_);
    options.profile = profile;
    // A spectrum is never muted.
    options.reduce_mask = ReduceMask::kNone;
    options.gate_channels_alone = true;
    LiveStream sound(network_, options, kSound);
    LiveStream spectra(network_, options, kSound);
    const std::vector<float> fresh = spectra.State();
    Stft stft(config.hop_size);
    std::vector<float> memory(config.hop_size), spectrum(2 * config.freq_bins());
    std::vector<float> gains(config.erb_bands), coefs(config.df_bins * config.df_order * 2);
    size_t ran[] = {0, 0, 0, 0, 0};
    for (size_t t = 0; t < kSound; ++t) {
      stft.Analyze(&sound.input[0][t * config.hop_size], memory.data(), spectrum.data());
      Stage stage;
      gains.assign(gains.size(), -1.0f);
      coefs.assign(coefs.size(), 1e9f);
      const float lsnr_db =
          spectra->ProcessSpectrum(spectrum.data(), gains.data(), coefs.data(), stage);
      sound.Process();
      EXPECT_EQ(lsnr_db, sound.lsnr_db[t]);
      const bool start_up = profile == Profile::kReference && t < config.conv_lookahead_frames;
      EXPECT_EQ(stage == Stage::kNotProduced, start_up);
      EXPECT_EQ(*std::min_element(gains.begin(), gains.end()) >= 0.0f, stage >= Stage::kGains);
      EXPECT_EQ(*std::max_element(coefs.begin(), coefs.end()) < 1e9f, stage == Stage::kFilter);
      ++ran[static_cast<size_t>(stage)];
    }
    const Stage most = config.mask_only ? Stage::kGains : Stage::kFilter;
    for (Stage stage : {Stage::kAsIs, Stage::kZero, Stage::kGains, Stage::kFilter}) {
      const bool runs = profile == Profile::kLibdf ? stage <= most : stage == most;
      EXPECT_EQ(ran[static_cast<size_t>(stage)] > 0, runs);
    }
    const std::vector<float> state = spectra.State();
    const auto network_size = static_cast<ptrdiff_t>(network_->state_layout().size());
    EXPECT_TRUE(std::equal(state.begin(), state.begin() + network_size, sound.State().begin()));
    for (const char* same : {"norm.erb", "norm.spec", "frame.count"}) {
      EXPECT_EQ(Entry(*network_, state, same), Entry(*network_, sound.State(), same)) << same;
    }
    for (const char* untouched : {"stft.analysis", "stft.synthesis", "spec.noisy", "spec.masked",
                                  "df.coefs", "frame.stage"}) {
      EXPECT_EQ(Entry(*network_, state, untouched), Entry(*network_, fresh, untouched))
          << untouched;
    }
  }
}

TEST_P(LiveDenoiserTest, AllocatesNothingOnceMade) {
  DenoiserOptions options = GatedOptions(network_);
  options.channels = 2;
  LiveStream stream(network_, options, kSound);
  const Config& config = network_->config();
  std::vector<float> left = stream.input[0];
  std::vector<float> right = stream.input[1];
  std::vector<float> state(stream->state_size());
  DenoiserControls passing;
  passing.atten_lim_db = 0.0f;
  LiveStream mono(network_, {}, 1);
  const std::vector<float> spectrum = TestSignal(2 * config.freq_bins());
  std::vector<float> gains(config.erb_bands), coefs(config.df_bins * config.df_order * 2);
  Stage stage;

  const size_t before = Allocations();
  ASSERT_GT(before, 0u);
  for (size_t t = 0; t < kSound; ++t) {
    float* hops[] = {&left[t * config.hop_size], &right[t * config.hop_size]};
    if (t == 20) stream->SetControls(passing);
    if (t == 25) stream->SetControls(options.controls);
    stream->BeginHop(t % 9 == 8 ? nullptr : hops, hops, nullptr);
    for (size_t i = 0; i < stream->piece_shares().size(); ++i) stream->RunPiece(i);
    stream->SaveState(state.data());
    EXPECT_TRUE(stream->RestoreState(state.data()));
    mono->ProcessSpectrum(spectrum.data(), gains.data(), coefs.data(), stage);
  }
  stream->Reset();
  EXPECT_EQ(Allocations(), before);
}

}  // namespace
}  // namespace dfn
