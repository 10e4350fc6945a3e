#include "dsp/voicing.h"

#include <algorithm>
#include <cmath>

namespace dfn {
namespace {

constexpr double kLowHz = 200.0;
constexpr double kHighHz = 900.0;
constexpr size_t kKeptHz = 4000;  // about
constexpr double kWindowSeconds = 0.030;
constexpr double kShortestSeconds = 0.0025;
constexpr double kLongestSeconds = 0.014;

// Lags that are compared side by side, as independent sums.
constexpr size_t kTogether = 8;

// Far above what finite sounds (up to 1e10) leave in the filters.
constexpr float kMost = 1e15f;

}  // namespace

Voicing::Voicing(size_t sample_rate_hz)
    : high_pass_(SecondOrder::HighPass(kLowHz, sample_rate_hz)),
      low_pass_(SecondOrder::LowPass(kHighHz, sample_rate_hz)),
      step_(std::max<size_t>(1, sample_rate_hz / kKeptHz)) {
  const double kept_hz = static_cast<double>(sample_rate_hz) / static_cast<double>(step_);
  const auto samples = [=](double seconds) {
    return std::max<size_t>(1, static_cast<size_t>(seconds * kept_hz));
  };
  window_ = samples(kWindowSeconds);
  shortest_ = samples(kShortestSeconds);
  longest_ = samples(kLongestSeconds);
}

void Voicing::Hear(const float* samples, size_t count, float* state) const noexcept {
  const size_t length = longest_ + window_;
  size_t skipped = static_cast<size_t>(state[kSkipped]);
  const size_t fresh = (skipped + count) / step_;
  float* history = state + kHistory;
  if (fresh < length) std::copy(history + fresh, history + length, history);
  // Of more fresh samples than the history holds, the last ones stay.
  size_t unseen = fresh < length ? 0 : fresh - length;
  float* next = history + length - std::min(fresh, length);
  for (size_t i = 0; i < count; ++i) {
    const float y = low_pass_(high_pass_(samples[i], state), state + SecondOrder::kState);
    if (++skipped < step_) continue;
    skipped = 0;
    if (unseen > 0) {
      --unseen;
    } else {
      *next++ = y;
    }
  }
  state[kSkipped] = static_cast<float>(skipped);
}

float Voicing::Periodicity(const float* state) const noexcept {
  const float* history = state + kHistory;
  const float* recent = history + longest_;
  double recent_energy = 0.0;
  for (size_t i = 0; i < window_; ++i) recent_energy += recent[i] * recent[i];
  // Of the part of the history that the lag begins with, which moves on with the lag.
  double energy = 0.0;
  for (size_t i = 0; i < window_; ++i) energy += history[i] * history[i];
  double best = 0.0;
  for (size_t first = 0; first <= longest_ - shortest_; first += kTogether) {
    float sums[kTogether] = {};
    const size_t lags = std::min(kTogether, longest_ - shortest_ + 1 - first);
    for (size_t i = 0; i < window_; ++i) {
      for (size_t lag = 0; lag < lags; ++lag) sums[lag] += recent[i] * history[first + i + lag];
    }
    for (size_t lag = 0; lag < lags; ++lag) {
      const float* begin = history + first + lag;
      const double scale = std::sqrt(recent_energy * std::max(energy, 0.0));
      if (sums[lag] > best * scale) best = sums[lag] / scale;
      energy += begin[window_] * begin[window_] - begin[0] * begin[0];
    }
  }
  return static_cast<float>(std::min(best, 1.0));
}

bool Voicing::IsState(const float* state) const noexcept {
  const auto skipped = static_cast<float>(step_ - 1);
  return std::all_of(state, state + state_size(), [](float x) { return std::fabs(x) <= kMost; }) &&
         state[kSkipped] >= 0.0f && state[kSkipped] <= skipped &&
         state[kSkipped] == std::floor(state[kSkipped]);
}

}  // namespace dfn
