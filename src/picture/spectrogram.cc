#include "picture/spectrogram.h"

#include <algorithm>

namespace dfn {

Spectrogram::Spectrogram(const SpectrogramOptions& options)
    : options_(options),
      rows_(options.rate_hz, options.window_samples, options.axis),
      // So that the first window's middle is the first sample.
      waiting_(options.window_samples / 2, 0.0f),
      hop_(options.axis.rows) {}

void Spectrogram::Hear(std::span<const float> samples) {
  samples_ += samples.size();
  HearSamples(samples);
}

void Spectrogram::Finish() {
  const uint64_t wanted = (samples_ + options_.hop_samples - 1) / options_.hop_samples;
  const std::vector<float> silence(options_.hop_samples, 0.0f);
  while (hops_ < wanted) HearSamples(silence);
}

void Spectrogram::HearSamples(std::span<const float> samples) {
  waiting_.insert(waiting_.end(), samples.begin(), samples.end());
  const size_t window = options_.window_samples;
  const size_t hop = options_.hop_samples;
  size_t start = 0;
  for (; start + std::max(window, hop) <= waiting_.size(); start += hop) {
    rows_.Measure(waiting_.data() + start, hop_);
    AddHop();
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(start));
}

void Spectrogram::AddHop() {
  ++hops_;
  const size_t rows = axis().rows;
  if (powers_.empty() || hops_in_last_ == hops_per_column_) {
    if (columns() == options_.most_columns) JoinColumns();
    powers_.resize(powers_.size() + rows, 0.0f);
    hops_in_last_ = 0;
  }
  float* const last = powers_.data() + powers_.size() - rows;
  for (size_t r = 0; r < rows; ++r) last[r] += hop_[r];
  ++hops_in_last_;
}

// All columns are complete.
void Spectrogram::JoinColumns() {
  const size_t rows = axis().rows;
  const size_t joined = columns() / 2;
  for (size_t c = 0; c < joined; ++c) {
    for (size_t r = 0; r < rows; ++r) {
      powers_[c * rows + r] = powers_[2 * c * rows + r] + powers_[(2 * c + 1) * rows + r];
    }
  }
  powers_.resize(joined * rows);
  hops_per_column_ *= 2;
}

double Spectrogram::column_seconds() const {
  return static_cast<double>(hops_per_column_ * options_.hop_samples) /
         static_cast<double>(options_.rate_hz);
}

double Spectrogram::seconds() const {
  return static_cast<double>(samples_) / static_cast<double>(options_.rate_hz);
}

float Spectrogram::power(size_t column, size_t row) const {
  const size_t hops = column + 1 == columns() ? hops_in_last_ : hops_per_column_;
  return powers_[column * axis().rows + row] / static_cast<float>(hops);
}

}  // namespace dfn
