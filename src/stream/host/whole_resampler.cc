#include "stream/host/whole_resampler.h"

#include <algorithm>
#include <limits>

namespace dfn {

WholeResampler::WholeResampler(size_t in_hz, size_t out_hz, size_t channels, size_t start)
    : filter_(in_hz, out_hz),
      planes_(channels, std::vector<float>(filter_.taps())),
      begin_(-static_cast<int64_t>(filter_.taps())),
      position_{.whole = static_cast<int64_t>(start)} {}

void WholeResampler::Process(std::span<const float> interleaved, std::vector<float>& output) {
  const size_t channels = planes_.size();
  const size_t count = interleaved.size() / channels;
  for (size_t c = 0; c < channels; ++c) {
    const size_t old = planes_[c].size();
    planes_[c].resize(old + count);
    for (size_t i = 0; i < count; ++i) planes_[c][old + i] = interleaved[i * channels + c];
  }
  EmitReady(std::numeric_limits<uint64_t>::max(), output);
}

void WholeResampler::Extend(uint64_t count, std::vector<float>& output) {
  for (;;) {
    count -= EmitReady(count, output);
    if (count == 0) return;
    for (std::vector<float>& plane : planes_) plane.resize(plane.size() + filter_.taps());
  }
}

// Appends the samples whose window has come in, up to `most`, and drops the input that no later one
// reads; returns how many they are.
uint64_t WholeResampler::EmitReady(uint64_t most, std::vector<float>& output) {
  const auto ahead = static_cast<int64_t>(filter_.ahead());
  const int64_t first = ahead + 1 - static_cast<int64_t>(filter_.taps());
  const int64_t end = begin_ + static_cast<int64_t>(planes_.front().size());
  uint64_t count = 0;
  for (; count < most && position_.whole + ahead < end; ++count) {
    for (const std::vector<float>& plane : planes_) {
      const float* window = plane.data() + (position_.whole + first - begin_);
      output.push_back(filter_.At(window, position_.part));
    }
    filter_.Step(position_);
  }
  const int64_t dropped = std::min(position_.whole + first, end) - begin_;
  for (std::vector<float>& plane : planes_) plane.erase(plane.begin(), plane.begin() + dropped);
  begin_ += dropped;
  emitted_ += count;
  return count;
}

}  // namespace dfn
