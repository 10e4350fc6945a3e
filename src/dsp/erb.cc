#include "dsp/erb.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "base/float_functions.h"

namespace dfn {
namespace {

// Glasberg and Moore's constants, in float32 as in libDF: the edges are rounded to bins, so the
// precision can change a band.
constexpr float kMinBandwidthHz = 24.7f;
constexpr float kEarQ = 9.265f;

float HzToErb(float hz) { return kEarQ * Log1p(hz / (kMinBandwidthHz * kEarQ)); }
float ErbToHz(float erb) { return kMinBandwidthHz * kEarQ * (Exp(erb / kEarQ) - 1.0f); }

}  // namespace

Result<ErbBands> ErbBands::Create(size_t sample_rate_hz, size_t fft_size, size_t bands,
                                  size_t min_bins) {
  const int64_t bins = static_cast<int64_t>(fft_size / 2 + 1);
  const int64_t least = static_cast<int64_t>(min_bins);
  const float bin_hz = static_cast<float>(sample_rate_hz) / static_cast<float>(fft_size);
  const float low = HzToErb(0.0f);
  const float high = HzToErb(static_cast<float>(sample_rate_hz / 2));
  const float step = (high - low) / static_cast<float>(bands);

  std::vector<size_t> widths(bands);
  int64_t edge_before = 0;
  int64_t borrowed = 0;  // bins that the last band took from this one to be wide enough
  int64_t total = 0;
  for (size_t b = 0; b < bands; ++b) {
    const float edge_hz = ErbToHz(low + static_cast<float>(b + 1) * step);
    const int64_t edge = static_cast<int64_t>(std::round(edge_hz / bin_hz));
    int64_t width = edge - edge_before - borrowed;
    borrowed = width < least ? least - width : 0;
    width += borrowed;
    if (b + 1 == bands) {
      // The last band also gets the bin at half the sampling rate, and loses the bins that rounding
      // or borrowing put past the end.
      width += 1;
      width -= std::max<int64_t>(total + width - bins, 0);
    }
    if (width < 1) break;
    widths[b] = static_cast<size_t>(width);
    total += width;
    edge_before = edge;
  }
  if (total != bins || widths.back() == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "nb_erb = " + std::to_string(bands) + " with min_nb_erb_freqs = " +
                     std::to_string(min_bins) + " does not fit into the " + std::to_string(bins) +
                     " bins of fft_size = " + std::to_string(fft_size)};
  }
  return ErbBands(std::move(widths));
}

ErbBands::ErbBands(std::vector<size_t> widths) : widths_(std::move(widths)) {
  for (size_t width : widths_) inverse_widths_.push_back(1.0f / static_cast<float>(width));
}

void ErbBands::MeanPower(const float* spectrum, float* power) const noexcept {
  for (size_t b = 0; b < widths_.size(); ++b) {
    const float weight = inverse_widths_[b];
    float sum = 0.0f;
    for (size_t i = 0; i < widths_[b]; ++i, spectrum += 2) {
      sum += (spectrum[0] * spectrum[0] + spectrum[1] * spectrum[1]) * weight;
    }
    power[b] = sum;
  }
}

void ErbBands::ApplyGains(const float* gains, const float* spectrum, float* masked) const noexcept {
  for (size_t b = 0; b < widths_.size(); ++b) {
    const size_t values = 2 * widths_[b];
    const float gain = gains[b];
    for (size_t i = 0; i < values; ++i) masked[i] = spectrum[i] * gain;
    spectrum += values;
    masked += values;
  }
}

}  // namespace dfn
