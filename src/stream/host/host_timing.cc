#include "stream/host/host_timing.h"

#include <algorithm>
#include <numeric>

namespace dfn {
namespace {

// n a / b = whole + part / b, 0 <= part < b, for a and b below 2^21, without the product's
// overflow.
SamplePosition Scale(int64_t n, size_t a, size_t b) noexcept {
  const auto divisor = static_cast<int64_t>(b);
  int64_t quotient = n / divisor;
  if (n % divisor < 0) --quotient;
  const uint64_t rest = static_cast<uint64_t>(n - quotient * divisor) * a;
  return {.whole = quotient * static_cast<int64_t>(a) + static_cast<int64_t>(rest / b),
          .part = rest % b};
}

int64_t ScaleUp(int64_t n, size_t a, size_t b) noexcept {
  const SamplePosition scaled = Scale(n, a, b);
  return scaled.whole + (scaled.part > 0 ? 1 : 0);
}

uint64_t NotNegative(int64_t n) noexcept { return n < 0 ? 0 : static_cast<uint64_t>(n); }

}  // namespace

HostTiming::HostTiming(const HostTimingOptions& options)
    : options_(options),
      most_hop_samples_(static_cast<size_t>(
          ScaleUp(static_cast<int64_t>(options.hop), options.host_hz, options.model_hz))) {
  // The first output that needs hop h has the number F(h) + delay, and the hop needs C(h) host
  // samples. They have come if the output's call ends at C(h) or later, that is, if F(h) + delay is
  // at least the last end of a call before C(h), which is 1 .. b samples before C(h).
  // F and C repeat after `hops` hops, `hosts` samples later. From one period to the next C moves by
  // `hosts` relative to the ends of calls, so it is constant modulo `step`, and in some period the
  // end is as near as that allows.
  const uint64_t hops =
      options.model_hz / std::gcd(options.hop * options.host_hz, options.model_hz);
  const uint64_t hosts = hops * options.hop * options.host_hz / options.model_hz;
  const uint64_t step = std::gcd(hosts, uint64_t{options.block_multiple});
  int64_t delay = 0;
  for (uint64_t hop = 0; hop < hops; ++hop) {
    const uint64_t complete = HopComplete(options.spread ? hop + 1 : hop);
    const uint64_t since_call = (complete - 1) % step + 1;
    delay = std::max(delay, static_cast<int64_t>(complete - since_call) - FirstOutputOf(hop));
  }
  delay_ = static_cast<size_t>(delay);
}

uint64_t HostTiming::HopComplete(uint64_t hop) const noexcept {
  const auto last = static_cast<int64_t>((hop + 1) * options_.hop - 1);
  const int64_t place = Scale(last, options_.host_hz, options_.model_hz).whole;
  return static_cast<uint64_t>(place) + options_.input_ahead + 1;
}

uint64_t HostTiming::ModelSamples(uint64_t host_samples) const noexcept {
  return host_samples <= options_.input_ahead ? 0
                                              : ModelLength(host_samples - options_.input_ahead);
}

uint64_t HostTiming::ModelLength(uint64_t host_samples) const noexcept {
  return static_cast<uint64_t>(
      ScaleUp(static_cast<int64_t>(host_samples), options_.model_hz, options_.host_hz));
}

int64_t HostTiming::FirstOutputOf(uint64_t hop) const noexcept {
  const auto before = static_cast<int64_t>(options_.output_ahead + options_.model_delay);
  return ScaleUp(static_cast<int64_t>(hop * options_.hop) - before, options_.host_hz,
                 options_.model_hz);
}

uint64_t HostTiming::OutputsReady(uint64_t hops) const noexcept {
  return NotNegative(FirstOutputOf(hops) + static_cast<int64_t>(delay_));
}

SamplePosition HostTiming::InputPosition(uint64_t k) const noexcept {
  return Scale(static_cast<int64_t>(k), options_.host_hz, options_.model_hz);
}

SamplePosition HostTiming::OutputPosition(uint64_t j) const noexcept {
  SamplePosition position = Scale(static_cast<int64_t>(j) - static_cast<int64_t>(delay_),
                                  options_.model_hz, options_.host_hz);
  position.whole += static_cast<int64_t>(options_.model_delay);
  return position;
}

}  // namespace dfn
