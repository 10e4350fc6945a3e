#include "dsp/speech_band.h"

#include <algorithm>

namespace dfn {
namespace {

constexpr double kLowHz = 100.0;
constexpr double kHighHz = 8000.0;

}  // namespace

SpeechBand::SpeechBand(size_t sample_rate_hz)
    : high_pass_(SecondOrder::HighPass(kLowHz, sample_rate_hz)),
      low_pass_(SecondOrder::LowPass(kHighHz, sample_rate_hz)) {}

float SpeechBand::Power(const float* samples, size_t count, float* state) const noexcept {
  // In registers, since each sample waits for what the one before left.
  float filters[kState];
  std::copy_n(state, kState, filters);
  float sum = 0.0f;
  for (size_t i = 0; i < count; ++i) {
    const float y = low_pass_(high_pass_(samples[i], filters), filters + SecondOrder::kState);
    sum += y * y;
  }
  std::copy_n(filters, kState, state);
  return sum / static_cast<float>(count);
}

}  // namespace dfn
