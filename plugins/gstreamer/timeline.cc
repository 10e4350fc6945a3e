#include "gstreamer/timeline.h"

#include <algorithm>

namespace dfn::gst {

uint64_t SamplesToNs(uint64_t samples, uint32_t rate_hz) noexcept {
  return samples / rate_hz * kSecondNs + samples % rate_hz * kSecondNs / rate_hz;
}

uint64_t NsToSamples(uint64_t ns, uint32_t rate_hz) noexcept {
  return ns / kSecondNs * rate_hz + (ns % kSecondNs * rate_hz + kSecondNs / 2) / kSecondNs;
}

void Timeline::Clear() noexcept {
  heard_ = 0;
  mark_count_ = 0;
}

uint64_t Timeline::TimeOf(uint64_t sample) const noexcept {
  for (size_t i = mark_count_; i > 0; --i) {
    const Mark& mark = marks_[i - 1];
    if (mark.sample > sample) continue;
    if (mark.time_ns == kNoTime) return kNoTime;
    return mark.time_ns + SamplesToNs(sample - mark.sample, rate_hz_);
  }
  return kNoTime;
}

void Timeline::SetMark(uint64_t time_ns) noexcept {
  const uint64_t expected = TimeOf(heard_);
  if (time_ns == expected) return;
  if (time_ns != kNoTime && expected != kNoTime) {
    // Sources round their times, so that half a sample is no deviation.
    const uint64_t deviation = expected > time_ns ? expected - time_ns : time_ns - expected;
    if (2 * deviation <= kSecondNs / rate_hz_ + 1) return;
  }
  if (mark_count_ == kMarks) --mark_count_;
  marks_[mark_count_++] = {heard_, time_ns};
}

void Timeline::ForgetMarksBefore(uint64_t sample) noexcept {
  size_t old = 0;
  while (old + 1 < mark_count_ && marks_[old + 1].sample <= sample) ++old;
  if (old == 0) return;
  std::copy(marks_.begin() + static_cast<std::ptrdiff_t>(old),
            marks_.begin() + static_cast<std::ptrdiff_t>(mark_count_), marks_.begin());
  mark_count_ -= old;
}

Timeline::Verdict Timeline::Judge(uint64_t time_ns, bool discontinuous,
                                  uint64_t max_gap_ns) const noexcept {
  const uint64_t expected = TimeOf(heard_);
  if (empty() || time_ns == kNoTime || expected == kNoTime) return {};
  const bool early = time_ns < expected;
  const uint64_t deviation = early ? expected - time_ns : time_ns - expected;
  if (deviation <= (discontinuous ? kRoundingNs : kJitterNs)) return {};
  if (early || deviation > max_gap_ns) return {Verdict::kRestart, 0};
  return {Verdict::kBridge, NsToSamples(deviation, rate_hz_)};
}

Timeline::Part Timeline::Take(size_t samples, uint64_t time_ns) noexcept {
  SetMark(time_ns);
  Part part;
  if (heard_ < delay_samples_) {
    part.skip = static_cast<size_t>(std::min<uint64_t>(delay_samples_ - heard_, samples));
  }
  part.samples = samples - part.skip;
  part.first = heard_ + part.skip - std::min<uint64_t>(heard_ + part.skip, delay_samples_);
  part.time_ns = TimeOf(part.first);
  heard_ += samples;
  ForgetMarksBefore(part.first);
  return part;
}

Timeline::Part Timeline::Rest() const noexcept {
  if (empty()) return {.skip = delay_samples_};
  Part part;
  part.samples = static_cast<size_t>(std::min<uint64_t>(heard_, delay_samples_));
  part.skip = delay_samples_ - part.samples;
  part.first = heard_ - part.samples;
  part.time_ns = TimeOf(part.first);
  return part;
}

}  // namespace dfn::gst
