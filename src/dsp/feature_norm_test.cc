#include "dsp/feature_norm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace dfn {
namespace {

TEST(NormalizeErbTest, IsTheLevelOverItsRunningMean) {
  const std::vector<float> power = {1e-3f, 0.0f, 2.0f};
  std::vector<float> mean = {-60.0f, -75.0f, -90.0f};
  std::vector<double> expected_mean(mean.begin(), mean.end());
  std::vector<float> feature(3);
  for (int step = 0; step < 3; ++step) {
    NormalizeErb(power.data(), 3, 0.99f, mean.data(), feature.data());
    for (size_t b = 0; b < 3; ++b) {
      const double level = 10.0 * std::log10(static_cast<double>(power[b]) + 1e-10);
      expected_mean[b] = 0.01 * level + 0.99 * expected_mean[b];
      EXPECT_NEAR(mean[b], expected_mean[b], 2e-5);
      EXPECT_NEAR(feature[b], (level - expected_mean[b]) / 40.0, 2e-6);
    }
  }
}

TEST(NormalizeErbTest, FollowsAlpha) {
  const float power = 1.0f;
  float mean = -60.0f;
  float feature = 0.0f;
  NormalizeErb(&power, 1, 0.5f, &mean, &feature);
  EXPECT_NEAR(mean, -30.0f, 1e-5f);
  EXPECT_NEAR(feature, 30.0f / 40.0f, 1e-6f);
}

TEST(NormalizeSpectrumTest, IsTheSpectrumOverTheRootOfItsMeanMagnitude) {
  const std::vector<float> spectrum = {0.3f, -0.4f, 0.0f, 1e-4f};
  std::vector<float> mean = {1e-3f, 1e-4f};
  std::vector<double> expected_mean(mean.begin(), mean.end());
  std::vector<float> feature(4);
  for (int step = 0; step < 3; ++step) {
    NormalizeSpectrum(spectrum.data(), 2, 0.99f, mean.data(), feature.data());
    for (size_t k = 0; k < 2; ++k) {
      const double magnitude = std::hypot(spectrum[2 * k], spectrum[2 * k + 1]);
      expected_mean[k] = 0.01 * magnitude + 0.99 * expected_mean[k];
      EXPECT_NEAR(mean[k], expected_mean[k], 1e-6 * expected_mean[k]);
      for (size_t part = 0; part < 2; ++part) {
        const double expected = spectrum[2 * k + part] / std::sqrt(expected_mean[k]);
        EXPECT_NEAR(feature[2 * k + part], expected, 1e-6 * std::fabs(expected));
      }
    }
  }
}

// 200 s of digital silence at 100 frames a second would take the mean below every normal float.
TEST(NormalizeSpectrumTest, EndlessSilenceStaysFinite) {
  const std::vector<float> spectrum(2, 0.0f);
  float mean = 1e-3f;
  std::vector<float> feature(2, 1.0f);
  for (int step = 0; step < 20000; ++step) {
    NormalizeSpectrum(spectrum.data(), 1, 0.99f, &mean, feature.data());
  }
  EXPECT_EQ(mean, std::numeric_limits<float>::min());
  EXPECT_EQ(feature, std::vector<float>(2, 0.0f));
}

// A stream whose gain changes has, from then on, the means of one that had the gain from the start.
TEST(MoveMeanTest, IsTheMeanOfALouderPast) {
  constexpr float kAlpha = 0.99f;
  constexpr float kChangeDb = 28.0f;
  const std::vector<float> erb_start = {-60.0f, -90.0f};
  const std::vector<float> spec_start = {1e-3f, 1e-4f};
  const float amplitude = std::pow(10.0f, kChangeDb / 20.0f);
  for (int frames : {0, 1, 30, 1000}) {
    std::vector<float> erb = erb_start, spec = spec_start;
    std::vector<float> loud_erb = erb_start, loud_spec = spec_start;
    std::vector<float> features(4);
    float share = 1.0f;
    for (int frame = 0; frame < frames; ++frame) {
      const float x = 1e-3f * (1.0f + static_cast<float>(frame % 5));
      const std::vector<float> power = {x, x * x}, loud_power = {x * amplitude * amplitude,
                                                                 x * x * amplitude * amplitude};
      const std::vector<float> bins = {x, -x, 0.1f * x, 0.0f};
      std::vector<float> loud_bins = bins;
      for (float& value : loud_bins) value *= amplitude;
      NormalizeErb(power.data(), 2, kAlpha, erb.data(), features.data());
      NormalizeErb(loud_power.data(), 2, kAlpha, loud_erb.data(), features.data());
      NormalizeSpectrum(bins.data(), 2, kAlpha, spec.data(), features.data());
      NormalizeSpectrum(loud_bins.data(), 2, kAlpha, loud_spec.data(), features.data());
      share *= kAlpha;
    }
    MoveErbMean(kChangeDb, share, 2, erb.data());
    MoveSpectrumMean(kChangeDb, share, spec_start.data(), 2, spec.data());
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_NEAR(erb[i], loud_erb[i], 1e-3f) << frames;
      EXPECT_NEAR(spec[i], loud_spec[i], 1e-4f * loud_spec[i]) << frames;
    }
  }
}

TEST(MoveMeanTest, AStartingStreamStaysAsItIs) {
  std::vector<float> erb = {-60.0f, -90.0f}, spec = {1e-3f, 1e-4f};
  const std::vector<float> erb_start = erb, spec_start = spec;
  MoveErbMean(40.0f, 1.0f, 2, erb.data());
  MoveSpectrumMean(40.0f, 1.0f, spec_start.data(), 2, spec.data());
  EXPECT_EQ(erb, erb_start);
  EXPECT_EQ(spec, spec_start);
}

TEST(FeatureNormTest, NothingBehindTheLastBandOrBinChanges) {
  constexpr float kGuard = -7.0f;
  const std::vector<float> input(6, 0.25f);
  std::vector<float> erb = {-60.0f, -60.0f, kGuard}, spec = {1e-3f, 1e-3f, kGuard};
  const std::vector<float> start = spec;
  std::vector<float> erb_feature(3, kGuard), spec_feature(6, kGuard);
  NormalizeErb(input.data(), 2, 0.99f, erb.data(), erb_feature.data());
  NormalizeSpectrum(input.data(), 2, 0.99f, spec.data(), spec_feature.data());
  MoveErbMean(20.0f, 0.5f, 2, erb.data());
  MoveSpectrumMean(20.0f, 0.5f, start.data(), 2, spec.data());
  EXPECT_EQ(erb[2], kGuard);
  EXPECT_EQ(spec[2], kGuard);
  EXPECT_EQ(erb_feature[2], kGuard);
  EXPECT_EQ(spec_feature[4], kGuard);
  EXPECT_EQ(spec_feature[5], kGuard);
}

}  // namespace
}  // namespace dfn
