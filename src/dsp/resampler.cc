#include "dsp/resampler.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/checked.h"

namespace dfn {
namespace {

// The zero crossings on each side, and the window's shape: the sharpest whose images and ripple
// together stay 90 dB down. By Kaiser's formulas beta = 0.1102 (A - 8.7) attenuates by A = 97.6 dB,
// and the transition band is then 0.195 of the Nyquist frequency wide, from 0.9025 to 1.0975 of it.
constexpr size_t kZeroCrossings = 32;
constexpr double kBeta = 9.8;

// The number of rows between two input samples if the exact places are more than this. Linear
// interpolation between two rows differs from the sinc by at most (1 / 1024)^2 pi^2 / 24 of a
// sample, -128 dB.
constexpr size_t kPhases = 1024;

// The number of partial sums of a row.
constexpr size_t kLanes = 16;

// The modified Bessel function of the first kind, order 0, by its power series.
double BesselI0(double x) {
  double sum = 1.0;
  double term = 1.0;
  for (int k = 1; term > 1e-18 * sum; ++k) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

// Returns the filter's impulse response at `crossings` zero crossings from its centre.
double Response(double crossings) {
  const double edge = crossings / static_cast<double>(kZeroCrossings);
  if (std::fabs(edge) >= 1.0) return 0.0;
  const double window = BesselI0(kBeta * std::sqrt(1.0 - edge * edge));
  const double angle = std::numbers::pi * crossings;
  return angle == 0.0 ? window : window * std::sin(angle) / angle;
}

// Returns the sum of products, computed in kLanes partial sums, which compilers turn into vectors.
float Dot(const float* x, const float* y, size_t n) noexcept {
  float lanes[kLanes] = {};
  for (size_t i = 0; i < n; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += x[i + lane] * y[i + lane];
  }
  float four[4];
  for (size_t lane = 0; lane < 4; ++lane) {
    four[lane] = (lanes[lane] + lanes[lane + 8]) + (lanes[lane + 4] + lanes[lane + 12]);
  }
  return (four[0] + four[2]) + (four[1] + four[3]);
}

// Returns whether the places between two input samples are few enough for each to get a row.
bool HasRowForEach(size_t in_hz, size_t out_hz) noexcept {
  return out_hz / std::gcd(in_hz, out_hz) <= kPhases;
}

}  // namespace

// The result is the last sample before the end of the window around the latest place that has a
// row.
size_t PolyphaseFilter::AheadOf(size_t in_hz, size_t out_hz) noexcept {
  if (in_hz == out_hz) return 0;
  const size_t half = kZeroCrossings * std::max(in_hz, out_hz);
  const size_t latest = out_hz - (HasRowForEach(in_hz, out_hz) ? std::gcd(in_hz, out_hz) : 0);
  return (half + latest - 1) / out_hz;
}

PolyphaseFilter::PolyphaseFilter(size_t in_hz, size_t out_hz)
    : in_hz_(in_hz),
      out_hz_(out_hz),
      exact_(HasRowForEach(in_hz, out_hz)),
      unit_(std::gcd(in_hz, out_hz)),
      ahead_(AheadOf(in_hz, out_hz)),
      taps_(1) {
  if (in_hz == out_hz) return;
  const size_t behind = (kZeroCrossings * std::max(in_hz, out_hz) + out_hz - 1) / out_hz;
  taps_ = RoundUp(ahead_ + behind, kLanes);
  const size_t phases = exact_ ? out_hz / unit_ : kPhases;
  const size_t rows = exact_ ? phases : kPhases + 1;
  rows_ = AlignedBuffer<float>(rows * taps_);
  const double crossings_a_sample =
      std::min(1.0, static_cast<double>(out_hz) / static_cast<double>(in_hz));
  std::vector<double> row(taps_);
  for (size_t r = 0; r < rows; ++r) {
    const double place = static_cast<double>(r) / static_cast<double>(phases);
    for (size_t i = 0; i < taps_; ++i) {
      const double sample = static_cast<double>(ahead_) - static_cast<double>(taps_ - 1 - i);
      row[i] = Response((sample - place) * crossings_a_sample);
    }
    // Each row sums to 1, so that a constant signal is not changed.
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    for (size_t i = 0; i < taps_; ++i) rows_[r * taps_ + i] = static_cast<float>(row[i] / sum);
  }
}

float PolyphaseFilter::At(const float* window, uint64_t part) const noexcept {
  if (taps_ == 1) return *window;
  if (exact_) return Dot(window, rows_.data() + part / unit_ * taps_, taps_);
  const uint64_t place = part * kPhases;
  const float* row = rows_.data() + place / out_hz_ * taps_;
  const float between = static_cast<float>(place % out_hz_) / static_cast<float>(out_hz_);
  const float before = Dot(window, row, taps_);
  return before + (Dot(window, row + taps_, taps_) - before) * between;
}

}  // namespace dfn
