#include "dsp/second_order.h"

#include <cmath>
#include <numbers>

namespace dfn {
namespace {

constexpr double kMostOfRate = 0.4;

SecondOrder Make(double corner_hz, size_t sample_rate_hz, bool high_pass) {
  const auto rate_hz = static_cast<double>(sample_rate_hz);
  if (corner_hz >= kMostOfRate * rate_hz) return {};
  const double w = std::tan(std::numbers::pi * corner_hz / rate_hz);
  const double scale = 1.0 / (1.0 + std::numbers::sqrt2 * w + w * w);
  const double b = (high_pass ? 1.0 : w * w) * scale;
  return {.b0 = static_cast<float>(b),
          .b1 = static_cast<float>(high_pass ? -2.0 * b : 2.0 * b),
          .b2 = static_cast<float>(b),
          .a1 = static_cast<float>(2.0 * (w * w - 1.0) * scale),
          .a2 = static_cast<float>((1.0 - std::numbers::sqrt2 * w + w * w) * scale)};
}

}  // namespace

SecondOrder SecondOrder::HighPass(double corner_hz, size_t sample_rate_hz) {
  return Make(corner_hz, sample_rate_hz, true);
}

SecondOrder SecondOrder::LowPass(double corner_hz, size_t sample_rate_hz) {
  return Make(corner_hz, sample_rate_hz, false);
}

}  // namespace dfn
