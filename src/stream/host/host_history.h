// The newest samples of a signal, contiguous in memory.
#ifndef DEEPFILTER_STREAM_HOST_HOST_HISTORY_H_
#define DEEPFILTER_STREAM_HOST_HOST_HISTORY_H_

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "base/aligned_buffer.h"
#include "base/realtime.h"

namespace dfn {

// Samples are counted from 0 at the signal's start, with zeros before it. All but the constructor
// is real-time safe.
class SampleHistory {
 public:
  // Keeps at least the newest `keep` samples; up to `most` come at once. Allocates; preparation
  // only.
  SampleHistory(size_t keep, size_t most) : keep_(keep), samples_(2 * (keep + most)) { Reset(); }

  size_t keep() const noexcept DFN_REALTIME { return keep_; }
  // The number of samples so far.
  int64_t end() const noexcept DFN_REALTIME { return end_; }

  void Reset() noexcept DFN_REALTIME {
    std::fill_n(samples_.data(), keep_, 0.0f);
    filled_ = keep_;
    end_ = 0;
  }

  // Returns room for the next `count` samples, which the caller writes.
  float* Extend(size_t count) noexcept DFN_REALTIME {
    if (filled_ + count > samples_.size()) {
      std::copy_n(samples_.data() + filled_ - keep_, keep_, samples_.data());
      filled_ = keep_;
    }
    float* room = samples_.data() + filled_;
    filled_ += count;
    end_ += static_cast<int64_t>(count);
    return room;
  }

  // Returns sample `index` and those after it; end - keep <= index <= end.
  const float* At(int64_t index) const noexcept DFN_REALTIME {
    assert(index <= end_ && end_ - index <= static_cast<int64_t>(keep_));
    return samples_.data() + filled_ - static_cast<size_t>(end_ - index);
  }

  // Copy the newest `keep` samples out and in.
  void Save(float* samples) const noexcept DFN_REALTIME {
    std::copy_n(samples_.data() + filled_ - keep_, keep_, samples);
  }
  void Restore(int64_t end, const float* samples) noexcept DFN_REALTIME {
    std::copy_n(samples, keep_, samples_.data());
    filled_ = keep_;
    end_ = end;
  }

 private:
  size_t keep_;
  AlignedBuffer<float> samples_;  // the first filled_ are in use, and the last keep_ of these kept
  size_t filled_ = 0;
  int64_t end_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_HISTORY_H_
