#include "device/clock_bridge.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace dfn {
namespace {

// The target never grows beyond this.
constexpr double kMostTargetSeconds = 0.5;
// The level is judged over windows of this length, which even out the blocks' unrest.
constexpr double kWindowSeconds = 4.0;
// How far the mean level may leave its place before the clocks count as different: more than the
// clocks of one device ever differ by in a window, and less than an ear notices as delay.
constexpr double kLeaveSeconds = 0.001;
// The controller: its answer to a level that is off by a second, and the growth of its sum in a
// second. Together they settle within half a minute, and a step of 100 ppm takes 2 cents of pitch for
// that long at most.
constexpr double kProportional = 0.05;
constexpr double kIntegral = 0.002;
// Clocks of sound devices differ by less; so does the step.
constexpr double kMostDrift = 0.005;
// Weight of a second's pops in the mean level that the controller sees.
constexpr double kSmoothPerSecond = 1.0;

size_t RingSize(const ClockBridgeOptions& options) {
  const auto most = static_cast<size_t>(kMostTargetSeconds * static_cast<double>(options.rate_hz));
  return std::bit_ceil(2 * std::max(most, options.target_samples) + size_t{32768});
}

}  // namespace

ClockBridge::ClockBridge(const ClockBridgeOptions& options)
    : options_(options),
      size_(RingSize(options)),
      ring_(options.channels * size_),
      table_((kPhases + 1) * kTaps),
      target_(options.target_samples + (options.two_clocks ? kTaps : 0)) {
  // sinc(x) under a Blackman window, x from the tap in the middle; row p is for the fraction p / kPhases.
  for (size_t phase = 0; phase <= kPhases; ++phase) {
    float* row = table_.data() + phase * kTaps;
    const double fraction = static_cast<double>(phase) / kPhases;
    double sum = 0.0;
    for (size_t tap = 0; tap < kTaps; ++tap) {
      const double x = static_cast<double>(tap) - (kTaps / 2 - 1) - fraction;
      const double angle = std::numbers::pi * x;
      const double sinc = std::fabs(x) < 1e-12 ? 1.0 : std::sin(angle) / angle;
      const double place = x / (kTaps / 2);
      const double window = std::fabs(place) >= 1.0
                                ? 0.0
                                : 0.42 + 0.5 * std::cos(std::numbers::pi * place) +
                                      0.08 * std::cos(2.0 * std::numbers::pi * place);
      row[tap] = static_cast<float>(sinc * window);
      sum += sinc * window;
    }
    for (size_t tap = 0; tap < kTaps; ++tap) row[tap] = static_cast<float>(row[tap] / sum);
  }
}

void ClockBridge::Push(const float* const* planes, size_t samples, int64_t now_ns) noexcept {
  const uint64_t written = written_.load(std::memory_order_relaxed);
  const size_t room = size_ - static_cast<size_t>(written - read_.load(std::memory_order_acquire));
  if (samples > room) {
    drops_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  for (size_t c = 0; c < options_.channels; ++c) {
    float* ring = ring_.data() + c * size_;
    const size_t at = static_cast<size_t>(written & (size_ - 1));
    const size_t first = std::min(samples, size_ - at);
    std::copy_n(planes[c], first, ring + at);
    std::copy_n(planes[c] + first, samples - first, ring);
  }
  pushed_at_ns_.store(now_ns, std::memory_order_relaxed);
  push_samples_.store(samples, std::memory_order_relaxed);
  written_.store(written + samples, std::memory_order_release);
}

size_t ClockBridge::Needed(size_t samples) const noexcept {
  const size_t ahead = options_.two_clocks ? kTaps : 0;
  if (!interpolates_) return samples + ahead;
  return static_cast<size_t>(fraction_ + static_cast<double>(samples) * step_) + 1 + ahead;
}

void ClockBridge::Start(size_t level) noexcept {
  // The newest sound: a device that begins with a burst brings no delay with it.
  const size_t target = target_.load(std::memory_order_relaxed);
  read_.store(read_.load(std::memory_order_relaxed) + (level - target), std::memory_order_release);
  playing_ = ever_played_ = true;
  window_sum_ = 0.0;
  window_pops_ = window_samples_ = windows_ = 0;
  least_ = size_;
  smooth_ = place_ = 0.0;
  fraction_ = 0.0;
}

void ClockBridge::Pop(float* const* planes, size_t samples, int64_t now_ns) noexcept {
  const uint64_t written = written_.load(std::memory_order_acquire);
  auto level = static_cast<size_t>(written - read_.load(std::memory_order_relaxed));
  if (!playing_ && level >= std::max(target_.load(std::memory_order_relaxed), Needed(samples))) {
    Start(level);
    level = static_cast<size_t>(written - read_.load(std::memory_order_relaxed));
  }
  if (!playing_ || level < Needed(samples)) {
    for (size_t c = 0; c < options_.channels; ++c) std::fill_n(planes[c], samples, 0.0f);
    if (!playing_) return;
    // What waits stays: it is the beginning of what fills the queue again.
    playing_ = false;
    gaps_.fetch_add(1, std::memory_order_relaxed);
    const auto most =
        static_cast<size_t>(kMostTargetSeconds * static_cast<double>(options_.rate_hz));
    const size_t target = target_.load(std::memory_order_relaxed);
    target_.store(std::max(target, std::min(target + samples, most)), std::memory_order_relaxed);
    return;
  }
  // Samples that the input has heard since its last block, which smooths the blocks' steps.
  const double since = static_cast<double>(now_ns - pushed_at_ns_.load(std::memory_order_relaxed)) *
                       1e-9 * static_cast<double>(options_.rate_hz);
  const double heard =
      std::clamp(since, 0.0, static_cast<double>(push_samples_.load(std::memory_order_relaxed)));
  Follow(static_cast<double>(level) + heard - fraction_, samples);
  least_ = std::min(least_, level);
  if (interpolates_) {
    Interpolate(planes, samples);
  } else {
    Copy(planes, samples);
  }
}

void ClockBridge::Follow(double level, size_t samples) noexcept {
  const double rate = static_cast<double>(options_.rate_hz);
  const double seconds = static_cast<double>(samples) / rate;
  window_sum_ += level;
  ++window_pops_;
  window_samples_ += samples;
  const double share = std::min(1.0, seconds * kSmoothPerSecond);
  smooth_ = smooth_ == 0.0 ? level : smooth_ + (level - smooth_) * share;
  delay_.store(smooth_, std::memory_order_relaxed);
  if (interpolates_) {
    const double off = (smooth_ - place_) / rate;
    drift_ = std::clamp(drift_ + kIntegral * off * seconds, -kMostDrift, kMostDrift);
    step_ = 1.0 + std::clamp(kProportional * off + drift_, -kMostDrift, kMostDrift);
    ratio_.store(step_, std::memory_order_relaxed);
  }
  if (static_cast<double>(window_samples_) < kWindowSeconds * rate) return;
  const double mean = window_sum_ / static_cast<double>(window_pops_);
  ++windows_;
  if (windows_ == 1) place_ = mean;
  if (options_.two_clocks && !interpolates_ && windows_ > 1 &&
      std::fabs(mean - place_) > kLeaveSeconds * rate) {
    interpolates_ = true;
    // The level has come this far in the windows since the first.
    drift_ = (mean - place_) / (static_cast<double>(windows_ - 1) * kWindowSeconds * rate);
    smooth_ = mean;
  }
  const size_t target = target_.load(std::memory_order_relaxed);
  if (!interpolates_ && least_ >= target + samples) {
    // More waits than was asked for, and has done so for the whole window.
    read_.store(read_.load(std::memory_order_relaxed) + (least_ - target),
                std::memory_order_release);
    drops_.fetch_add(1, std::memory_order_relaxed);
    smooth_ = 0.0;
    windows_ = 0;
  }
  window_sum_ = 0.0;
  window_pops_ = window_samples_ = 0;
  least_ = size_;
}

void ClockBridge::Copy(float* const* planes, size_t samples) noexcept {
  // In the middle of the taps, where the interpolation will go on.
  const size_t middle = options_.two_clocks ? kTaps / 2 - 1 : 0;
  const uint64_t read = read_.load(std::memory_order_relaxed);
  for (size_t c = 0; c < options_.channels; ++c) {
    const float* ring = ring_.data() + c * size_;
    const size_t at = static_cast<size_t>((read + middle) & (size_ - 1));
    const size_t first = std::min(samples, size_ - at);
    std::copy_n(ring + at, first, planes[c]);
    std::copy_n(ring, samples - first, planes[c] + first);
  }
  read_.store(read + samples, std::memory_order_release);
}

void ClockBridge::Interpolate(float* const* planes, size_t samples) noexcept {
  const uint64_t read = read_.load(std::memory_order_relaxed);
  for (size_t i = 0; i < samples; ++i) {
    const double position = fraction_ + static_cast<double>(i) * step_;
    const auto whole = static_cast<uint64_t>(position);
    const double phase = (position - static_cast<double>(whole)) * kPhases;
    const auto row = static_cast<size_t>(phase);
    const auto between = static_cast<float>(phase - static_cast<double>(row));
    const float* low = table_.data() + row * kTaps;
    const float* high = low + kTaps;
    for (size_t c = 0; c < options_.channels; ++c) {
      float sum = 0.0f;
      for (size_t tap = 0; tap < kTaps; ++tap) {
        sum += At(c, read + whole + tap) * (low[tap] + between * (high[tap] - low[tap]));
      }
      planes[c][i] = sum;
    }
  }
  const double end = fraction_ + static_cast<double>(samples) * step_;
  const auto whole = static_cast<uint64_t>(end);
  fraction_ = end - static_cast<double>(whole);
  read_.store(read + whole, std::memory_order_release);
}

}  // namespace dfn
