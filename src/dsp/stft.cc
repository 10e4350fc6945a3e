#include "dsp/stft.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dfn {

Stft::Stft(size_t hop_size)
    : hop_(hop_size), fft_(2 * hop_size), window_(2 * hop_size), time_(2 * hop_size) {
  for (size_t i = 0; i < window_.size(); ++i) {
    const double phase =
        std::numbers::pi / 2.0 * (static_cast<double>(i) + 0.5) / static_cast<double>(hop_size);
    const double sine = std::sin(phase);
    window_[i] = static_cast<float>(std::sin(std::numbers::pi / 2.0 * sine * sine));
  }
}

void Stft::Analyze(const float* hop, float* memory, float* spectrum) noexcept {
  float* time = time_.data();
  const float* window = window_.data();
  for (size_t i = 0; i < hop_; ++i) time[i] = memory[i] * window[i];
  for (size_t i = 0; i < hop_; ++i) time[hop_ + i] = hop[i] * window[hop_ + i];
  std::copy_n(hop, hop_, memory);
  fft_.Forward(time, spectrum);
  // This is libDF's factor 1 / (fft^2 / (2 * hop)).
  const float norm = 1.0f / static_cast<float>(2 * hop_);
  for (size_t i = 0; i < 2 * bins(); ++i) spectrum[i] *= norm;
}

void Stft::Synthesize(const float* spectrum, float* memory, float* hop) noexcept {
  float* time = time_.data();
  const float* window = window_.data();
  fft_.Inverse(spectrum, time);
  for (size_t i = 0; i < hop_; ++i) hop[i] = time[i] * window[i] + memory[i];
  for (size_t i = 0; i < hop_; ++i) memory[i] = time[hop_ + i] * window[hop_ + i];
}

}  // namespace dfn
