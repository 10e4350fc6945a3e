// Samples from the real-time thread to one that draws and writes files, without locks.
#ifndef DEEPFILTER_LIVE_TAP_RING_H_
#define DEEPFILTER_LIVE_TAP_RING_H_

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/realtime.h"

namespace dfn {

// A queue of floats with one writer and one reader, each of which may be any thread. A write goes in
// whole or not at all. Positions count all floats since the start. Create allocates; the rest is
// real-time safe.
class TapRing {
 public:
  // Room for at least `capacity` floats.
  explicit TapRing(size_t capacity)
      : memory_(std::bit_ceil(std::max<size_t>(capacity, 2))), mask_(memory_.size() - 1) {}

  size_t capacity() const noexcept { return memory_.size(); }

  // The writer's. Room for this many floats is there now.
  size_t Room() const noexcept DFN_REALTIME {
    return memory_.size() - static_cast<size_t>(written_.load(std::memory_order_relaxed) -
                                                read_.load(std::memory_order_acquire));
  }
  // The writer's. Puts float `offset` of the write that Commit ends; offset < Room().
  void Put(size_t offset, float value) noexcept DFN_REALTIME {
    memory_[(written_.load(std::memory_order_relaxed) + offset) & mask_] = value;
  }
  void Commit(size_t count) noexcept DFN_REALTIME {
    written_.store(written_.load(std::memory_order_relaxed) + count, std::memory_order_release);
  }
  uint64_t written() const noexcept DFN_REALTIME {
    return written_.load(std::memory_order_acquire);
  }

  // The reader's. Floats that wait.
  size_t Waiting() const noexcept DFN_REALTIME {
    return static_cast<size_t>(written_.load(std::memory_order_acquire) -
                               read_.load(std::memory_order_relaxed));
  }
  // The reader's. Takes up to `most` floats and returns how many.
  size_t Take(float* to, size_t most) noexcept DFN_REALTIME {
    const size_t count = std::min(most, Waiting());
    const uint64_t from = read_.load(std::memory_order_relaxed);
    for (size_t i = 0; i < count; ++i) to[i] = memory_[(from + i) & mask_];
    read_.store(from + count, std::memory_order_release);
    return count;
  }
  uint64_t taken() const noexcept DFN_REALTIME { return read_.load(std::memory_order_relaxed); }

 private:
  std::vector<float> memory_;
  size_t mask_;
  // On lines of their own, since each is written by another thread.
  alignas(64) std::atomic<uint64_t> written_{0};
  alignas(64) std::atomic<uint64_t> read_{0};
};

}  // namespace dfn

#endif  // DEEPFILTER_LIVE_TAP_RING_H_
