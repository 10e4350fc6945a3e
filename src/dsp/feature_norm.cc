#include "dsp/feature_norm.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/float_functions.h"

namespace dfn {

void NormalizeErb(const float* power, size_t bands, float alpha, float* mean,
                  float* feature) noexcept {
  const float fresh = 1.0f - alpha;
  for (size_t b = 0; b < bands; ++b) {
    const float level_db = Log10(power[b] + 1e-10f) * 10.0f;
    mean[b] = level_db * fresh + mean[b] * alpha;
    feature[b] = (level_db - mean[b]) / 40.0f;
  }
}

void NormalizeSpectrum(const float* spectrum, size_t bins, float alpha, float* mean,
                       float* feature) noexcept {
  const float fresh = 1.0f - alpha;
  for (size_t k = 0; k < bins; ++k) {
    const float re = spectrum[2 * k];
    const float im = spectrum[2 * k + 1];
    const float smoothed = std::sqrt(re * re + im * im) * fresh + mean[k] * alpha;
    mean[k] = std::max(smoothed, std::numeric_limits<float>::min());
    const float root = std::sqrt(mean[k]);
    feature[2 * k] = re / root;
    feature[2 * k + 1] = im / root;
  }
}

void MoveErbMean(float change_db, float start_share, size_t bands, float* mean) noexcept {
  const float moved_db = change_db * (1.0f - start_share);
  for (size_t b = 0; b < bands; ++b) mean[b] += moved_db;
}

void MoveSpectrumMean(float change_db, float start_share, const float* start, size_t bins,
                      float* mean) noexcept {
  const float factor = Pow10(change_db / 20.0f);
  for (size_t k = 0; k < bins; ++k) {
    const float left = start[k] * start_share;
    mean[k] = std::max(left + (mean[k] - left) * factor, std::numeric_limits<float>::min());
  }
}

}  // namespace dfn
