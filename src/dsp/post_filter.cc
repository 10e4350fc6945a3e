#include "dsp/post_filter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/float_functions.h"

namespace dfn {
namespace {

constexpr float kEpsilon = 1e-12f;

float Magnitude(const float* bin) { return std::sqrt(bin[0] * bin[0] + bin[1] * bin[1]); }

// Returns the gain that the network applied to a bin.
float BinGain(const float* noisy, const float* enhanced) {
  return std::clamp(Magnitude(enhanced) / (Magnitude(noisy) + kEpsilon), kEpsilon, 1.0f);
}

float SineOf(float gain) { return Sin(std::numbers::pi_v<float> * gain / 2.0f); }

}  // namespace

void PostFilterSpectrum(const float* noisy, size_t bins, float beta, float* enhanced) noexcept {
  for (size_t k = 0; k < bins; ++k, noisy += 2, enhanced += 2) {
    const float gain = BinGain(noisy, enhanced);
    const float ratio = gain / (gain * std::max(SineOf(gain), kEpsilon));
    const float filter = (1.0f + beta) / (1.0f + beta * (ratio * ratio));
    enhanced[0] *= filter;
    enhanced[1] *= filter;
  }
}

void PostFilterLibdf(const float* noisy, size_t bins, float beta, float* enhanced) noexcept {
  for (size_t k = 0; k < bins / 4 * 4; ++k, noisy += 2, enhanced += 2) {
    const float gain = BinGain(noisy, enhanced);
    const float ratio = gain / (gain * SineOf(gain));
    const float filter = ((1.0f + beta) * gain / (1.0f + beta * (ratio * ratio))) / gain;
    enhanced[0] *= filter;
    enhanced[1] *= filter;
  }
}

void PostFilterGains(size_t bands, float beta, float* gains) noexcept {
  for (size_t b = 0; b < bands; ++b) {
    const float gain = gains[b];
    const float ratio = gain / std::max(gain * SineOf(gain), kEpsilon);
    gains[b] = (1.0f + beta) * gain / (1.0f + beta * (ratio * ratio));
  }
}

float NoisyShare(float limit_db) noexcept {
  return static_cast<float>(std::pow(10.0, -std::fabs(static_cast<double>(limit_db)) / 20.0));
}

void MixNoisy(const float* noisy, size_t values, float share, float* enhanced) noexcept {
  const float kept = 1.0f - share;
  for (size_t i = 0; i < values; ++i) enhanced[i] = enhanced[i] * kept + noisy[i] * share;
}

}  // namespace dfn
