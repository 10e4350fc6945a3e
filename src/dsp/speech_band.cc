#include "dsp/speech_band.h"

#include <cmath>
#include <numbers>

namespace dfn {
namespace {

constexpr double kLowHz = 100.0;
constexpr double kHighHz = 8000.0;
constexpr double kLeastRateWithLowPassHz = 20000.0;

}  // namespace

SpeechBand::SpeechBand(size_t sample_rate_hz) {
  const auto rate_hz = static_cast<double>(sample_rate_hz);
  sections_[0] = MakeSection(kLowHz, rate_hz, true);
  sections_[1] = rate_hz > kLeastRateWithLowPassHz ? MakeSection(kHighHz, rate_hz, false)
                                                   : Section{1.0f, 0.0f, 0.0f, 0.0f, 0.0f};
}

// By the bilinear transform.
SpeechBand::Section SpeechBand::MakeSection(double corner_hz, double sample_rate_hz,
                                            bool high_pass) {
  const double w = std::tan(std::numbers::pi * corner_hz / sample_rate_hz);
  const double scale = 1.0 / (1.0 + std::numbers::sqrt2 * w + w * w);
  const double b = (high_pass ? 1.0 : w * w) * scale;
  return {.b0 = static_cast<float>(b),
          .b1 = static_cast<float>(high_pass ? -2.0 * b : 2.0 * b),
          .b2 = static_cast<float>(b),
          .a1 = static_cast<float>(2.0 * (w * w - 1.0) * scale),
          .a2 = static_cast<float>((1.0 - std::numbers::sqrt2 * w + w * w) * scale)};
}

// In the transposed second form, which keeps two numbers.
float SpeechBand::Filter(const Section& section, float x, float* state) noexcept {
  const float y = section.b0 * x + state[0];
  state[0] = section.b1 * x - section.a1 * y + state[1];
  state[1] = section.b2 * x - section.a2 * y;
  return y;
}

float SpeechBand::Power(const float* samples, size_t count, float* state) const noexcept {
  float sum = 0.0f;
  for (size_t i = 0; i < count; ++i) {
    const float y = Filter(sections_[1], Filter(sections_[0], samples[i], state), state + 2);
    sum += y * y;
  }
  return sum / static_cast<float>(count);
}

}  // namespace dfn
