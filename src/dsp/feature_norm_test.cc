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

}  // namespace
}  // namespace dfn
