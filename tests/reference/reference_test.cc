// The four official models against what the official packages compute (README.md): features,
// network, whole signal in both profiles, on every vector unit of this machine and for every cut.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "common/official_vectors.h"
#include "common/real_model.h"
#include "convert/load/load.h"
#include "dsp/erb.h"
#include "dsp/feature_norm.h"
#include "dsp/stft.h"
#include "engine/native/native_network.h"
#include "kernels/testing/compare.h"
#include "model/state_layout.h"
#include "stream/denoise/denoiser.h"

namespace dfn {
namespace {

using test::EnhancedStream;
using test::kHop;
using test::kPaddingFrames;
using test::LoadVector;
using test::OfficialInput;
using test::RunStream;
using test::SnrDb;

// Another order of float32 sums in the transform moves features by some 4e-7.
constexpr float kFeatureTolerance = 1e-5f;
// Sums of up to 512 products, through saturating functions; dfn2's ERB decoder amplifies more.
constexpr float kGainTolerance = 1e-4f;
constexpr float kGainToleranceDfn2 = 2e-3f;
constexpr float kCoefTolerance = 1e-4f;
constexpr float kLsnrToleranceDb = 1e-3f;
// 16-bit rounding is at some 75 dB: what differs by less than this is the same for every use.
constexpr double kMinSnrDb = 100.0;

constexpr size_t kCoefEvery = 10;  // coefs are stored for every tenth frame

void ExpectNear(const float* expected, const float* found, size_t count, float tolerance,
                const std::string& what) {
  float worst = 0;
  for (size_t i = 0; i < count; ++i) {
    const float difference = std::abs(expected[i] - found[i]);
    worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
  }
  EXPECT_LE(worst, tolerance) << what;
}

struct Features {
  size_t frames = 0;
  std::vector<float> erb;   // [frames, E]
  std::vector<float> spec;  // [frames, D, 2]
};

// Features of the input and the zeros behind it, as the signal side computes them.
Features ComputeFeatures(const Config& config) {
  std::vector<float> samples = OfficialInput();
  samples.resize(samples.size() + kPaddingFrames * kHop);
  const StateLayout layout = SignalStateLayout(config);
  AlignedBuffer<float> state(layout.size());
  layout.Reset(state.data());
  float* erb_mean = state.data() + layout.Find("norm.erb")->offset;
  float* spec_mean = state.data() + layout.Find("norm.spec")->offset;
  Stft stft(config.hop_size);
  const ErbBands bands = *ErbBands::Create(config.sample_rate_hz, config.fft_size, config.erb_bands,
                                           config.min_erb_band_bins);
  std::vector<float> memory(kHop);
  std::vector<float> spectrum(2 * config.freq_bins());
  std::vector<float> power(config.erb_bands);
  Features features{.frames = samples.size() / kHop, .erb = {}, .spec = {}};
  features.erb.resize(features.frames * config.erb_bands);
  features.spec.resize(features.frames * config.df_bins * 2);
  for (size_t t = 0; t < features.frames; ++t) {
    stft.Analyze(&samples[t * kHop], memory.data(), spectrum.data());
    bands.MeanPower(spectrum.data(), power.data());
    NormalizeErb(power.data(), config.erb_bands, config.norm_alpha, erb_mean,
                 &features.erb[t * config.erb_bands]);
    NormalizeSpectrum(spectrum.data(), config.df_bins, config.norm_alpha, spec_mean,
                      &features.spec[t * config.df_bins * 2]);
  }
  return features;
}

TEST(ReferenceFeaturesTest, EqualThoseOfTheOfficialLibrary) {
  const Features features = ComputeFeatures(Config{});
  const std::vector<float> erb = LoadVector<float>("feat_erb");
  const std::vector<float> spec = LoadVector<float>("feat_spec");
  ASSERT_EQ(features.erb.size(), erb.size());
  ASSERT_EQ(features.spec.size(), spec.size());
  ExpectNear(erb.data(), features.erb.data(), erb.size(), kFeatureTolerance, "feat_erb");
  ExpectNear(spec.data(), features.spec.data(), spec.size(), kFeatureTolerance, "feat_spec");
}

class ReferenceTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    DFN_REAL_MODEL_OR_SKIP(path, GetParam());
    Result<Model> model = LoadModel(*path);
    ASSERT_TRUE(model.ok()) << model.error().message;
    model_ = std::make_unique<Model>(std::move(*model));
  }

  std::shared_ptr<const Network> NewNetwork() const { return NewNativeNetwork(*model_); }
  std::vector<float> Expected(const char* what) const {
    return LoadVector<float>(std::string(GetParam()) + "/" + what);
  }

  std::unique_ptr<Model> model_;
};

// The network's outputs for the rows of one stream.
struct NetworkOutput {
  std::vector<float> lsnr_db;  // [rows]
  std::vector<float> gains;    // [rows, E]
  std::vector<float> coefs;    // [rows, D, O, 2]
  bool operator==(const NetworkOutput&) const = default;
};

// Streams that all begin at row 0 of `features` and end after `frames[i]` rows, in one call.
std::vector<NetworkOutput> RunNetwork(const Network& network, const Features& features,
                                      const std::vector<size_t>& frames) {
  const Config& config = network.config();
  const size_t widths[] = {1, config.erb_bands, config.df_bins * 2,
                           config.df_bins * config.df_order * 2};
  const StateLayout& layout = network.state_layout();
  std::vector<AlignedBuffer<float>> states;
  std::vector<StreamRows> streams;
  std::vector<float> erb;
  std::vector<float> spec;
  std::vector<uint32_t> rows;
  for (size_t count : frames) {
    states.emplace_back(layout.size());
    layout.Reset(states.back().data());
    streams.push_back({.state = states.back().data(), .frames = count});
    erb.insert(erb.end(), features.erb.begin(),
               features.erb.begin() + static_cast<std::ptrdiff_t>(count * widths[1]));
    spec.insert(spec.end(), features.spec.begin(),
                features.spec.begin() + static_cast<std::ptrdiff_t>(count * widths[2]));
    for (size_t i = 0; i < count; ++i) rows.push_back(static_cast<uint32_t>(rows.size()));
  }
  const auto workspace = network.NewWorkspace(std::max<size_t>(rows.size(), 1));
  std::vector<float> lsnr(rows.size());
  std::vector<float> gains(rows.size() * widths[1]);
  std::vector<float> coefs(rows.size() * widths[3]);
  network.Encode(streams, erb.data(), spec.data(), lsnr.data(), *workspace);
  network.DecodeErb(streams, rows, gains.data(), *workspace);
  network.DecodeDf(streams, rows, coefs.data(), *workspace);

  std::vector<NetworkOutput> outputs;
  size_t row = 0;
  const auto cut = [&](const std::vector<float>& all, size_t width, size_t count) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(row * width);
    return std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(count * width));
  };
  for (size_t count : frames) {
    outputs.push_back(
        {cut(lsnr, 1, count), cut(gains, widths[1], count), cut(coefs, widths[3], count)});
    row += count;
  }
  return outputs;
}

// Runs `input` through a new stream in calls of `cut` frames.
EnhancedStream Enhance(const std::shared_ptr<const Network>& network, Profile profile,
                       const std::vector<float>& input, size_t cut, bool pad) {
  DenoiserOptions options;
  options.profile = profile;
  options.max_frames_per_call = cut;
  auto denoiser = Denoiser::Create(network, options);
  EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
  return denoiser.ok() ? RunStream(**denoiser, input, cut, pad) : EnhancedStream{};
}

TEST_P(ReferenceTest, NetworkGivesTheOfficialGainsCoefficientsAndLocalSnr) {
  const Config& config = model_->config;
  Features features = ComputeFeatures(config);
  // The first frames of features are dropped, zeros follow at the end.
  const size_t ahead = config.conv_lookahead_frames;
  const auto shift = [&](std::vector<float>& rows, size_t width) {
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(ahead * width));
    rows.resize(features.frames * width);
  };
  shift(features.erb, config.erb_bands);
  shift(features.spec, config.df_bins * 2);
  const std::vector<float> lsnr = Expected("lsnr");
  const std::vector<float> m = Expected("m");
  const std::vector<float> coefs = Expected("coefs");
  ASSERT_EQ(lsnr.size(), features.frames);
  const size_t taps = config.df_bins * config.df_order * 2;
  const bool is_dfn2 = std::string(GetParam()) == "dfn2";

  ForEachKernelTarget([&] {
    const NetworkOutput out = RunNetwork(*NewNetwork(), features, {features.frames}).front();
    ExpectNear(lsnr.data(), out.lsnr_db.data(), lsnr.size(), kLsnrToleranceDb, "lsnr");
    ExpectNear(m.data(), out.gains.data(), m.size(), is_dfn2 ? kGainToleranceDfn2 : kGainTolerance,
               "m");
    for (size_t i = 0; i * taps < coefs.size(); ++i) {
      ExpectNear(&coefs[i * taps], &out.coefs[i * kCoefEvery * taps], taps, kCoefTolerance,
                 "coefs of frame " + std::to_string(i * kCoefEvery));
    }
  });
}

TEST_P(ReferenceTest, ProfileReferenceEqualsDfEnhance) {
  const std::vector<float> input = OfficialInput();
  const std::vector<float> wav = Expected("wav");
  const std::vector<float> lsnr = Expected("lsnr");
  const size_t ahead = model_->config.conv_lookahead_frames;
  ForEachKernelTarget([&] {
    const EnhancedStream stream = Enhance(NewNetwork(), Profile::kReference, input, 32, true);
    EXPECT_GE(SnrDb(wav, stream.samples), kMinSnrDb);
    ASSERT_GT(stream.lsnr_db.size(), ahead);
    ExpectNear(lsnr.data(), stream.lsnr_db.data() + ahead,
               std::min(lsnr.size(), stream.lsnr_db.size() - ahead), kLsnrToleranceDb, "lsnr");
  });
}

// The official runtime refuses DeepFilterNet2.
class RealTimeReferenceTest : public ReferenceTest {};

TEST_P(RealTimeReferenceTest, ProfileLibdfEqualsTheOfficialRuntime) {
  const std::vector<float> input = OfficialInput();
  const std::vector<float> wav = Expected("rt_wav");
  const std::vector<float> lsnr = Expected("rt_lsnr");
  ForEachKernelTarget([&] {
    const EnhancedStream stream = Enhance(NewNetwork(), Profile::kLibdf, input, 32, false);
    EXPECT_GE(SnrDb(wav, stream.samples), kMinSnrDb);
    ASSERT_EQ(stream.lsnr_db.size(), lsnr.size());
    ExpectNear(lsnr.data(), stream.lsnr_db.data(), lsnr.size(), kLsnrToleranceDb, "lsnr");
  });
}

// The order of every sum is fixed by the weights' layout alone.
TEST_P(ReferenceTest, AnyCutGivesTheSameBits) {
  const std::vector<float> input = OfficialInput();
  ForEachKernelTarget([&] {
    const auto network = NewNetwork();
    for (Profile profile : {Profile::kReference, Profile::kLibdf}) {
      const EnhancedStream whole = Enhance(network, profile, input, input.size() / kHop, true);
      for (size_t cut : {1, 2, 7, 100}) {
        const EnhancedStream cuts = Enhance(network, profile, input, cut, true);
        ASSERT_EQ(cuts.samples.size(), whole.samples.size());
        EXPECT_EQ(std::memcmp(cuts.samples.data(), whole.samples.data(),
                              whole.samples.size() * sizeof(float)),
                  0)
            << "cut into calls of " << cut << " frames";
        EXPECT_EQ(cuts.lsnr_db, whole.lsnr_db);
      }
    }
  });
}

// So do five streams of different lengths in one call, one of them empty.
TEST_P(ReferenceTest, CompanyDoesNotChangeAStreamsBits) {
  const Features features = ComputeFeatures(model_->config);
  const std::vector<size_t> frames = {13, 0, 102, 1, 40};
  ForEachKernelTarget([&] {
    const auto network = NewNetwork();
    const std::vector<NetworkOutput> together = RunNetwork(*network, features, frames);
    for (size_t i = 0; i < frames.size(); ++i) {
      EXPECT_TRUE(RunNetwork(*network, features, {frames[i]}).front() == together[i])
          << "stream " << i;
    }
  });
}

std::string Name(const ::testing::TestParamInfo<const char*>& model) { return model.param; }

INSTANTIATE_TEST_SUITE_P(OfficialModels, ReferenceTest,
                         ::testing::Values("dfn2", "dfn2_ll", "dfn3", "dfn3_ll"), Name);
INSTANTIATE_TEST_SUITE_P(OfficialModels, RealTimeReferenceTest,
                         ::testing::Values("dfn3", "dfn3_ll"), Name);

}  // namespace
}  // namespace dfn
