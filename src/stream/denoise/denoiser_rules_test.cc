// Compares the two profiles' rules with a plain computation in double over whole sequences.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "dsp/erb.h"
#include "dsp/feature_norm.h"
#include "dsp/stft.h"
#include "stream/denoise/denoiser.h"
#include "stream/testing/fake_network.h"
#include "stream/testing/whole_sequence_denoiser.h"

namespace dfn {
namespace {

struct Output {
  std::vector<std::vector<float>> samples;  // [channels]
  std::vector<float> lsnr_db;
};

// kSequenceFrames frames of noise, a different one for each channel, then kSequenceFlush frames of
// flushing.
Output Stream(const Config& config, const std::vector<float>& lsnr_script,
              const DenoiserOptions& options) {
  auto network = std::make_shared<FakeNetwork>(config, FakeKind::kScripted, lsnr_script);
  auto denoiser = Denoiser::Create(network, options);
  EXPECT_TRUE(denoiser.ok());
  Output output;
  output.lsnr_db.resize(kSequenceFrames + kSequenceFlush);
  std::vector<std::vector<float>> input;
  std::vector<const float*> in;
  std::vector<float*> out, rest;
  for (size_t c = 0; c < options.channels; ++c) {
    input.push_back(TestSignal(kSequenceFrames * config.hop_size, static_cast<uint32_t>(c)));
    output.samples.emplace_back((kSequenceFrames + kSequenceFlush) * config.hop_size);
  }
  for (size_t c = 0; c < options.channels; ++c) {
    in.push_back(input[c].data());
    out.push_back(output.samples[c].data());
    rest.push_back(out.back() + kSequenceFrames * config.hop_size);
  }
  (*denoiser)->Process(in.data(), out.data(), kSequenceFrames, output.lsnr_db.data());
  (*denoiser)->Flush(rest.data(), kSequenceFlush, output.lsnr_db.data() + kSequenceFrames);
  return output;
}

// Samples of a scripted network are of order one; float32 spectra and transforms leave 1e-6.
constexpr float kTolerance = 1e-5f;

void ExpectAsWhole(const Config& config, const std::vector<float>& lsnr_script,
                   const DenoiserOptions& options) {
  const Output output = Stream(config, lsnr_script, options);
  const WholeSequenceDenoiser whole(config, lsnr_script, options);
  EXPECT_EQ(output.lsnr_db, whole.LsnrDb());
  for (size_t c = 0; c < options.channels; ++c) {
    const std::vector<float> expected = whole.Samples(c);
    ASSERT_EQ(output.samples[c].size(), expected.size());
    float worst = 0;
    float loudest = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
      worst = std::max(worst, std::abs(output.samples[c][i] - expected[i]));
      loudest = std::max(loudest, std::abs(expected[i]));
    }
    EXPECT_LT(worst, kTolerance) << "channel " << c;
    EXPECT_GT(loudest, 0.1f);
  }
}

// The frames are zeroed, unchanged, with gains, or filtered, several of each in a row.
const std::vector<float> kGatedScript = {10, 10, -12, 10, 25, 25, 31, 10, -15, 35, 10, 10, 10, 22};

DenoiserOptions Gated() {
  DenoiserOptions options;
  options.profile = Profile::kLibdf;
  options.controls.min_db_thresh = -10.0f;
  options.controls.max_db_erb_thresh = 30.0f;
  options.controls.max_db_df_thresh = 20.0f;
  return options;
}

using Shape = std::tuple<Family, std::pair<size_t, size_t>>;

class DenoiserRulesTest : public testing::TestWithParam<Shape> {
 protected:
  // The deep filter runs on a few bins, on all but the last, and on all.
  std::vector<Config> configs() const {
    const auto& [family, lookahead] = GetParam();
    std::vector<Config> configs;
    for (const auto& [hop, df_bins] : {std::pair<size_t, size_t>{20, 6}, {20, 20}, {21, 22}}) {
      Config config = SmallConfig(family, lookahead.first, lookahead.second, df_bins);
      config.hop_size = hop;
      config.fft_size = 2 * hop;
      configs.push_back(config);
    }
    // Without a deep filter.
    configs.push_back(configs.front());
    configs.back().mask_only = true;
    return configs;
  }

  void ExpectAllAsWhole(const std::vector<float>& lsnr_script, const DenoiserOptions& options) {
    for (const Config& config : configs()) {
      SCOPED_TRACE("nb_df = " + std::to_string(config.df_bins) +
                   (config.mask_only ? ", mask_only" : ""));
      ExpectAsWhole(config, lsnr_script, options);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(
    Shapes, DenoiserRulesTest,
    testing::Combine(testing::Values(Family::kDeepFilterNet2, Family::kDeepFilterNet3),
                     testing::Values(std::pair{0, 0}, std::pair{2, 2}, std::pair{2, 0},
                                     std::pair{0, 2}, std::pair{1, 3}, std::pair{3, 1})));

TEST_P(DenoiserRulesTest, ReferenceRunsAllStages) {
  // The thresholds have no effect here.
  DenoiserOptions options = Gated();
  options.profile = Profile::kReference;
  ExpectAllAsWhole(kGatedScript, options);
}

TEST_P(DenoiserRulesTest, ReferenceWithPostFilterAndLimit) {
  DenoiserOptions options;
  options.controls.post_filter = true;
  options.controls.post_filter_beta = 0.05f;
  ExpectAllAsWhole({10}, options);
  options.controls.atten_lim_db = 12.0f;
  ExpectAllAsWhole({10}, options);
}

TEST_P(DenoiserRulesTest, LibdfWithoutGating) {
  DenoiserOptions options;
  options.profile = Profile::kLibdf;
  ExpectAllAsWhole({-15, 10, 35}, options);
}

TEST_P(DenoiserRulesTest, LibdfGatesByLocalSnr) { ExpectAllAsWhole(kGatedScript, Gated()); }

TEST_P(DenoiserRulesTest, LibdfWithPostFilterAndLimit) {
  DenoiserOptions options = Gated();
  options.controls.post_filter = true;
  options.controls.post_filter_beta = 0.05f;
  ExpectAllAsWhole(kGatedScript, options);
  options.controls.atten_lim_db = -12.0f;
  ExpectAllAsWhole(kGatedScript, options);
}

TEST_P(DenoiserRulesTest, ChannelsFollowTheFirstAndShareGains) {
  DenoiserOptions options = Gated();
  options.channels = 3;
  for (ReduceMask reduce : {ReduceMask::kNone, ReduceMask::kMax, ReduceMask::kMean}) {
    options.reduce_mask = reduce;
    ExpectAllAsWhole(kGatedScript, options);
  }
}

TEST_P(DenoiserRulesTest, ReferenceSharesNothing) {
  DenoiserOptions options;
  options.channels = 2;
  options.reduce_mask = ReduceMask::kMax;
  ExpectAllAsWhole({10}, options);
}

TEST_P(DenoiserRulesTest, ReferenceSharesTheMaximumOnRequest) {
  DenoiserOptions options;
  options.channels = 3;
  options.link_gains = true;
  options.controls.post_filter = true;
  ExpectAllAsWhole({10}, options);
}

TEST_P(DenoiserRulesTest, ChannelsAreGatedAloneOnRequest) {
  DenoiserOptions options = Gated();
  options.channels = 3;
  options.reduce_mask = ReduceMask::kNone;
  options.gate_channels_alone = true;
  ExpectAllAsWhole(kGatedScript, options);
}

// The kReference profile drops the features of the first frames, which still advance the norms, and
// flushes with zeros; kLibdf analyses everything.
TEST_P(DenoiserRulesTest, FeaturesReachTheNetwork) {
  const Config c = configs().front();
  for (Profile profile : {Profile::kReference, Profile::kLibdf}) {
    const bool reference = profile == Profile::kReference;
    auto network = std::make_shared<FakeNetwork>(c, FakeKind::kIdentity);
    network->Record(true);
    DenoiserOptions options;
    options.profile = profile;
    auto denoiser = Denoiser::Create(network, options);
    ASSERT_TRUE(denoiser.ok());
    std::vector<float> signal = TestSignal(kSequenceFrames * c.hop_size);
    std::vector<float> output(signal.size());
    const float* in = signal.data();
    float* out = output.data();
    (*denoiser)->Process(&in, &out, kSequenceFrames, nullptr);
    (*denoiser)->Flush(&out, kSequenceFlush, nullptr);

    Stft stft(c.hop_size);
    auto bands = ErbBands::Create(c.sample_rate_hz, c.fft_size, c.erb_bands, c.min_erb_band_bins);
    const StateLayout layout = SignalStateLayout(c);
    std::vector<float> state(layout.size());
    layout.Reset(state.data());
    std::vector<float> memory(c.hop_size), spectrum(2 * c.freq_bins()), power(c.erb_bands);
    std::vector<float> feat_erb(c.erb_bands), feat_spec(2 * c.df_bins), erb, spec;
    signal.resize((kSequenceFrames + kSequenceFlush) * c.hop_size);
    for (size_t t = 0; t < kSequenceFrames + kSequenceFlush; ++t) {
      stft.Analyze(&signal[t * c.hop_size], memory.data(), spectrum.data());
      bands->MeanPower(spectrum.data(), power.data());
      NormalizeErb(power.data(), c.erb_bands, c.norm_alpha, &state[layout.Find("norm.erb")->offset],
                   feat_erb.data());
      NormalizeSpectrum(spectrum.data(), c.df_bins, c.norm_alpha,
                        &state[layout.Find("norm.spec")->offset], feat_spec.data());
      if (reference && t < c.conv_lookahead_frames) continue;
      if (reference && t >= kSequenceFrames) {
        std::fill(feat_erb.begin(), feat_erb.end(), 0.0f);
        std::fill(feat_spec.begin(), feat_spec.end(), 0.0f);
      }
      erb.insert(erb.end(), feat_erb.begin(), feat_erb.end());
      spec.insert(spec.end(), feat_spec.begin(), feat_spec.end());
    }
    EXPECT_EQ(network->recorded_erb(), erb);
    EXPECT_EQ(network->recorded_spec(), spec);
  }
}

TEST(AttenuationTest, ReferenceWithNoneAllowedGivesTheInputAligned) {
  const Config config = SmallConfig(Family::kDeepFilterNet2, 2, 2);
  DenoiserOptions options;
  options.controls.atten_lim_db = 0.0f;
  const std::vector<float> input = TestSignal(kSequenceFrames * config.hop_size, 0);
  const Output output = Stream(config, {10}, options);
  const size_t delay = config.delay_samples();
  for (size_t i = 0; i < delay; ++i) EXPECT_NEAR(output.samples[0][i], 0.0f, 1e-6f);
  for (size_t i = delay; i < input.size(); ++i) {
    EXPECT_NEAR(output.samples[0][i], input[i - delay], 1e-6f);
  }
}

TEST(AttenuationTest, LibdfWithNoneAllowedLetsTheInputPassUndelayed) {
  const Config config = SmallConfig(Family::kDeepFilterNet3, 2, 2);
  DenoiserOptions options = Gated();
  options.channels = 2;
  options.controls.atten_lim_db = 0.005f;
  const Output output = Stream(config, kGatedScript, options);
  for (size_t c = 0; c < 2; ++c) {
    std::vector<float> expected =
        TestSignal(kSequenceFrames * config.hop_size, static_cast<uint32_t>(c));
    expected.resize((kSequenceFrames + kSequenceFlush) * config.hop_size);
    EXPECT_EQ(output.samples[c], expected);
  }
  EXPECT_EQ(output.lsnr_db, std::vector<float>(kSequenceFrames + kSequenceFlush, 35.0f));
  auto network = std::make_shared<FakeNetwork>(config, FakeKind::kScripted);
  EXPECT_EQ((*Denoiser::Create(network, options))->delay_samples(), 0u);
}

TEST(AttenuationTest, LibdfWithNoneAllowedStaysAlignedOnRequest) {
  const Config config = SmallConfig(Family::kDeepFilterNet2, 2, 2);
  DenoiserOptions options = Gated();
  options.constant_delay = true;
  const std::vector<float> input = TestSignal(kSequenceFrames * config.hop_size, 0);
  for (float limit : {0.0f, 0.0099f, -0.005f}) {
    options.controls.atten_lim_db = limit;
    const Output output = Stream(config, kGatedScript, options);
    const size_t delay = config.delay_samples();
    for (size_t i = delay; i < input.size(); ++i) {
      ASSERT_NEAR(output.samples[0][i], input[i - delay], 1e-6f) << i;
    }
    EXPECT_NE(output.lsnr_db, std::vector<float>(kSequenceFrames + kSequenceFlush, 35.0f));
    auto network = std::make_shared<FakeNetwork>(config, FakeKind::kScripted);
    EXPECT_EQ((*Denoiser::Create(network, options))->delay_samples(), delay);
  }
}

TEST(AttenuationTest, AHundredDecibelsAreNoLimit) {
  const Config config = SmallConfig(Family::kDeepFilterNet3, 2, 2);
  DenoiserOptions options;
  options.controls.atten_lim_db = 100.0f;
  const Output without = Stream(config, {10}, options);
  options.controls.atten_lim_db = 250.0f;
  EXPECT_EQ(Stream(config, {10}, options).samples, without.samples);
  options.controls.atten_lim_db = 99.0f;
  EXPECT_NE(Stream(config, {10}, options).samples, without.samples);
}

TEST(PostFilterTest, LibdfTakesABetaOfZeroForOff) {
  const Config config = SmallConfig(Family::kDeepFilterNet3, 2, 2);
  DenoiserOptions options = Gated();
  const Output without = Stream(config, kGatedScript, options);
  options.controls.post_filter = true;
  options.controls.post_filter_beta = 0.0f;
  EXPECT_EQ(Stream(config, kGatedScript, options).samples, without.samples);
}

}  // namespace
}  // namespace dfn
