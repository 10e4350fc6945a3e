#include "dsp/post_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace dfn {
namespace {

// The relative error of float32 against the formulas in double; most of it is from the sine's
// argument.
constexpr double kTolerance = 2e-6;
constexpr float kBeta = 0.02f;

// Noisy bins of magnitude 5 and enhanced ones of different gains, with zeros and amplification.
struct Bins {
  std::vector<float> noisy;
  std::vector<float> enhanced;
};

Bins MakeBins() {
  Bins bins;
  for (float gain : {0.0f, 1e-4f, 0.1f, 0.5f, 0.9f, 1.0f, 1.5f, 0.3f, 0.7f}) {
    bins.noisy.insert(bins.noisy.end(), {3.0f, -4.0f});
    bins.enhanced.insert(bins.enhanced.end(), {4.0f * gain, 3.0f * gain});
  }
  bins.noisy.insert(bins.noisy.end(), {0.0f, 0.0f});
  bins.enhanced.insert(bins.enhanced.end(), {0.5f, 0.5f});
  return bins;
}

double ExpectedFilter(const Bins& bins, size_t k) {
  const double noisy = std::hypot(bins.noisy[2 * k], bins.noisy[2 * k + 1]);
  const double enhanced = std::hypot(bins.enhanced[2 * k], bins.enhanced[2 * k + 1]);
  const double g = std::clamp(enhanced / (noisy + 1e-12), 1e-12, 1.0);
  const double s = g * std::sin(std::numbers::pi * g / 2);
  return (1 + kBeta) / (1 + kBeta * (g / s) * (g / s));
}

TEST(PostFilterSpectrumTest, FollowsTheFormulaOnEveryBin) {
  const Bins bins = MakeBins();
  std::vector<float> enhanced = bins.enhanced;
  PostFilterSpectrum(bins.noisy.data(), enhanced.size() / 2, kBeta, enhanced.data());
  for (size_t i = 0; i < enhanced.size(); ++i) {
    const double expected = bins.enhanced[i] * ExpectedFilter(bins, i / 2);
    EXPECT_NEAR(enhanced[i], expected, kTolerance * std::fabs(expected)) << i;
  }
}

TEST(PostFilterLibdfTest, LeavesAnIncompleteGroupOfFourAlone) {
  const Bins bins = MakeBins();
  std::vector<float> enhanced = bins.enhanced;
  ASSERT_EQ(enhanced.size(), 2u * 10);
  PostFilterLibdf(bins.noisy.data(), 10, kBeta, enhanced.data());
  for (size_t i = 0; i < 2 * 8; ++i) {
    const double expected = bins.enhanced[i] * ExpectedFilter(bins, i / 2);
    EXPECT_NEAR(enhanced[i], expected, kTolerance * std::fabs(expected)) << i;
  }
  for (size_t i = 2 * 8; i < 2 * 10; ++i) EXPECT_EQ(enhanced[i], bins.enhanced[i]) << i;
}

TEST(PostFilterSpectrumTest, BetaOfZeroChangesNothing) {
  const Bins bins = MakeBins();
  std::vector<float> enhanced = bins.enhanced;
  PostFilterSpectrum(bins.noisy.data(), enhanced.size() / 2, 0.0f, enhanced.data());
  EXPECT_EQ(enhanced, bins.enhanced);
}

TEST(PostFilterGainsTest, FollowsTheFormula) {
  const std::vector<float> gains = {0.0f, 1e-7f, 1e-3f, 0.2f, 0.6f, 1.0f};
  std::vector<float> filtered = gains;
  PostFilterGains(filtered.size(), kBeta, filtered.data());
  for (size_t b = 0; b < gains.size(); ++b) {
    const double m = gains[b];
    const double s = std::max(m * std::sin(std::numbers::pi * m / 2), 1e-12);
    const double expected = (1 + kBeta) * m / (1 + kBeta * (m / s) * (m / s));
    EXPECT_NEAR(filtered[b], expected, kTolerance * expected) << b;
  }
}

TEST(NoisyShareTest, IsAnAmplitudeRatio) {
  EXPECT_EQ(NoisyShare(0.0f), 1.0f);
  EXPECT_NEAR(NoisyShare(20.0f), 0.1f, 1e-8f);
  EXPECT_EQ(NoisyShare(-12.0f), NoisyShare(12.0f));
}

TEST(MixNoisyTest, MixesAndGivesTheInputBackAtOne) {
  const std::vector<float> noisy = {1.0f, -2.0f, 0.1f};
  std::vector<float> enhanced = {0.5f, 0.0f, 0.3f};
  MixNoisy(noisy.data(), 3, 0.25f, enhanced.data());
  EXPECT_EQ(enhanced[0], 0.625f);
  EXPECT_EQ(enhanced[1], -0.5f);
  MixNoisy(noisy.data(), 3, 1.0f, enhanced.data());
  EXPECT_EQ(enhanced, noisy);
}

}  // namespace
}  // namespace dfn
