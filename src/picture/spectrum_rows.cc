#include "picture/spectrum_rows.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dfn {

SpectrumRows::SpectrumRows(size_t rate_hz, size_t window_samples, const FrequencyAxis& axis)
    : axis_(axis),
      fft_(window_samples),
      window_(window_samples),
      time_(window_samples),
      spectrum_(2 * fft_.bins()) {
  double sum = 0.0;
  for (size_t i = 0; i < window_samples; ++i) {
    const double turn = static_cast<double>(i) / static_cast<double>(window_samples);
    const double value = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * turn);
    window_[i] = static_cast<float>(value);
    sum += value;
  }
  // A sine of amplitude 1 puts half the window's sum into its bin.
  scale_ = static_cast<float>(4.0 / (sum * sum));
  const double bin_hz = static_cast<double>(rate_hz) / static_cast<double>(window_samples);
  const double rows = static_cast<double>(axis.rows);
  for (size_t r = 0; r < axis.rows; ++r) {
    const double low = axis.HzAt(static_cast<double>(r) / rows) / bin_hz;
    const double high = axis.HzAt(static_cast<double>(r + 1) / rows) / bin_hz;
    auto first = static_cast<size_t>(std::ceil(std::max(low, 0.0)));
    auto end = static_cast<size_t>(std::ceil(std::max(high, 0.0)));
    // A row between two bins shows the nearer one.
    if (end <= first) {
      first = static_cast<size_t>(std::lround(0.5 * (low + high)));
      end = first + 1;
    }
    bins_.push_back({std::min(first, fft_.bins()), std::min(end, fft_.bins())});
  }
}

void SpectrumRows::Measure(const float* samples, std::span<float> powers) {
  for (size_t i = 0; i < time_.size(); ++i) time_[i] = samples[i] * window_[i];
  fft_.Forward(time_.data(), spectrum_.data());
  for (size_t r = 0; r < bins_.size(); ++r) {
    float most = 0.0f;
    for (size_t k = bins_[r].first; k < bins_[r].end; ++k) {
      const float re = spectrum_[2 * k];
      const float im = spectrum_[2 * k + 1];
      most = std::max(most, re * re + im * im);
    }
    powers[r] = most * scale_;
  }
}

size_t PictureWindow(size_t rate_hz) { return std::max<size_t>(2 * (rate_hz / 50), 16); }

float PowerDb(float power, float floor_db) {
  if (!(power > 0.0f)) return floor_db;
  return std::max(floor_db, 10.0f * std::log10(power));
}

}  // namespace dfn
