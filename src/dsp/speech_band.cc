#include "dsp/speech_band.h"

namespace dfn {
namespace {

constexpr double kLowHz = 100.0;
constexpr double kHighHz = 8000.0;

}  // namespace

SpeechBand::SpeechBand(size_t sample_rate_hz)
    : high_pass_(SecondOrder::HighPass(kLowHz, sample_rate_hz)),
      low_pass_(SecondOrder::LowPass(kHighHz, sample_rate_hz)) {}

float SpeechBand::Power(const float* samples, size_t count, float* state) const noexcept {
  float sum = 0.0f;
  for (size_t i = 0; i < count; ++i) {
    const float y = low_pass_(high_pass_(samples[i], state), state + SecondOrder::kState);
    sum += y * y;
  }
  return sum / static_cast<float>(count);
}

}  // namespace dfn
