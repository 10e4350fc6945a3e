// The newest samples of a signal, in one piece of memory.
#ifndef DEEPFILTER_STREAM_HOST_HOST_HISTORY_H_
#define DEEPFILTER_STREAM_HOST_HOST_HISTORY_H_

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "base/aligned_buffer.h"

namespace dfn {

// Samples are counted from the signal's start at 0; before it lie zeros. All but the constructor is
// real-time safe.
class SampleHistory {
 public:
  // Holds the newest `keep` samples at least; up to `most` come at once. Allocates; preparation
  // only.
  SampleHistory(size_t keep, size_t most) : keep_(keep), samples_(2 * (keep + most)) { Reset(); }

  size_t keep() const noexcept { return keep_; }
  // How many samples have come.
  int64_t end() const noexcept { return end_; }

  void Reset() noexcept {
    std::fill_n(samples_.data(), keep_, 0.0f);
    filled_ = keep_;
    end_ = 0;
  }

  // Room for the next `count` samples, to be written by the caller.
  float* Extend(size_t count) noexcept {
    if (filled_ + count > samples_.size()) {
      std::copy_n(samples_.data() + filled_ - keep_, keep_, samples_.data());
      filled_ = keep_;
    }
    float* room = samples_.data() + filled_;
    filled_ += count;
    end_ += static_cast<int64_t>(count);
    return room;
  }

  // Sample `index` and those after it; end - keep <= index <= end.
  const float* At(int64_t index) const noexcept {
    assert(index <= end_ && end_ - index <= static_cast<int64_t>(keep_));
    return samples_.data() + filled_ - static_cast<size_t>(end_ - index);
  }

  // The newest `keep` samples, out and in again.
  void Save(float* samples) const noexcept {
    std::copy_n(samples_.data() + filled_ - keep_, keep_, samples);
  }
  void Restore(int64_t end, const float* samples) noexcept {
    std::copy_n(samples, keep_, samples_.data());
    filled_ = keep_;
    end_ = end;
  }

 private:
  size_t keep_;
  AlignedBuffer<float> samples_;  // the first filled_ are live, the last keep_ of them wanted
  size_t filled_ = 0;
  int64_t end_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_HISTORY_H_
