#include "picture/frequency_axis.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dfn {
namespace {

// Marks of these multiples of a power of ten read easily.
constexpr std::array<double, 3> kRoundSteps = {1.0, 2.0, 5.0};

// The smallest round step that makes at most `wanted` steps of `span`.
double RoundStep(double span, size_t wanted) {
  const double least = span / static_cast<double>(std::max<size_t>(wanted, 2));
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double step : kRoundSteps) {
    if (step * power >= least * (1.0 - 1e-9)) return step * power;
  }
  return 10.0 * power;
}

}  // namespace

double FrequencyAxis::PlaceOf(double hz) const {
  if (!logarithmic) return (hz - low_hz) / (high_hz - low_hz);
  return std::log(std::max(hz, 1e-3) / low_hz) / std::log(high_hz / low_hz);
}

double FrequencyAxis::HzAt(double place) const {
  if (!logarithmic) return low_hz + place * (high_hz - low_hz);
  return low_hz * std::pow(high_hz / low_hz, place);
}

std::vector<Tick> LinearTicks(double low, double high, size_t wanted) {
  std::vector<Tick> ticks;
  if (!(high > low)) return ticks;
  const double step = RoundStep(high - low, wanted);
  // A mark that rounding puts just outside counts.
  const double slack = 1e-6 * step;
  for (double k = std::ceil((low - slack) / step); k * step <= high + slack; k += 1.0) {
    const double value = k == 0.0 ? 0.0 : k * step;
    ticks.push_back({value, std::clamp((value - low) / (high - low), 0.0, 1.0)});
  }
  return ticks;
}

std::vector<Tick> FrequencyTicks(const FrequencyAxis& axis, size_t wanted) {
  if (!axis.logarithmic) return LinearTicks(axis.low_hz, axis.high_hz, wanted);
  std::vector<Tick> ticks;
  for (double power = 1.0; power <= axis.high_hz; power *= 10.0) {
    for (const double step : kRoundSteps) {
      const double hz = step * power;
      if (hz < axis.low_hz || hz > axis.high_hz) continue;
      ticks.push_back({hz, axis.PlaceOf(hz)});
    }
  }
  return ticks;
}

}  // namespace dfn
