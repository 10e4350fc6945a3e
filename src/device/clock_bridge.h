// Carries samples from an input device's thread to an output device's, whose clocks may differ.
#ifndef DEEPFILTER_DEVICE_CLOCK_BRIDGE_H_
#define DEEPFILTER_DEVICE_CLOCK_BRIDGE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/aligned_buffer.h"
#include "base/realtime.h"

namespace dfn {

struct ClockBridgeOptions {
  size_t channels = 1;
  size_t rate_hz = 48000;
  // Samples that wait before the first one goes out, and again after a gap. At least the longest
  // block of either side; with several threads half a block more, for their unrest.
  size_t target_samples = 1024;
  // Whether input and output have clocks of their own. Without it, no sample is ever changed.
  bool two_clocks = false;
};

// A queue between one thread that pushes and one that pops.
//
// With one clock, what is popped is what was pushed, bit for bit, after a constant delay. When too
// little waits, a pop is filled up with silence, the queue fills to its target again, and the target
// grows by that block, up to half a second: a machine that was late once is late again. When more
// waits for seconds than the target asks for, the rest is dropped, so that the delay comes back.
//
// With two clocks, samples go out as they are while the clocks agree within the unrest of the blocks.
// Once the level of the queue has left its place by more than kLeaveSeconds, the output is
// interpolated (32 samples of a windowed sinc) at a step that follows the level, for good. 16
// samples of delay are for the interpolation, from the start.
class ClockBridge {
 public:
  explicit ClockBridge(const ClockBridgeOptions& options);

  // The input's thread; `now_ns` is the steady clock. Samples for which there is no room are dropped
  // and counted. planes: [channels][samples].
  void Push(const float* const* planes, size_t samples, int64_t now_ns) noexcept DFN_REALTIME;
  // The output's thread. Fills all samples of all planes, with silence where nothing is there.
  void Pop(float* const* planes, size_t samples, int64_t now_ns) noexcept DFN_REALTIME;

  // Any thread; real-time safe.
  // Pops that had to be filled up since sound first came, and drops of too much or without room.
  uint64_t gaps() const noexcept DFN_REALTIME { return gaps_.load(std::memory_order_relaxed); }
  uint64_t drops() const noexcept DFN_REALTIME { return drops_.load(std::memory_order_relaxed); }
  // Samples that wait now on average; the delay of the bridge.
  double delay_samples() const noexcept DFN_REALTIME {
    return delay_.load(std::memory_order_relaxed);
  }
  // Input samples for an output sample: 1 exactly until the clocks were found to differ.
  double ratio() const noexcept DFN_REALTIME { return ratio_.load(std::memory_order_relaxed); }
  size_t target_samples() const noexcept DFN_REALTIME {
    return target_.load(std::memory_order_relaxed);
  }

 private:
  static constexpr size_t kTaps = 32;
  static constexpr size_t kPhases = 512;

  void Start(size_t level) noexcept DFN_REALTIME;
  void Follow(double level, size_t samples) noexcept DFN_REALTIME;
  void Copy(float* const* planes, size_t samples) noexcept DFN_REALTIME;
  void Interpolate(float* const* planes, size_t samples) noexcept DFN_REALTIME;
  size_t Needed(size_t samples) const noexcept DFN_REALTIME;
  float At(size_t channel, uint64_t position) const noexcept DFN_REALTIME {
    return ring_[channel * size_ + static_cast<size_t>(position & (size_ - 1))];
  }

  const ClockBridgeOptions options_;
  const size_t size_;           // of a channel's ring; a power of two
  AlignedBuffer<float> ring_;   // [channels, size]
  AlignedBuffer<float> table_;  // [kPhases + 1, kTaps]

  alignas(64) std::atomic<uint64_t> written_{0};
  std::atomic<int64_t> pushed_at_ns_{0};
  std::atomic<size_t> push_samples_{0};
  alignas(64) std::atomic<uint64_t> read_{0};

  // The output thread's.
  bool playing_ = false;
  bool ever_played_ = false;
  bool interpolates_ = false;
  double fraction_ = 0.0;  // of the position that is read, behind read_
  double step_ = 1.0;
  double smooth_ = 0.0;  // the level's mean
  double place_ = 0.0;   // where it should be
  double drift_ = 0.0;   // the controller's sum
  double window_sum_ = 0.0;
  size_t window_pops_ = 0;
  size_t window_samples_ = 0;
  size_t windows_ = 0;
  size_t least_ = 0;  // level of this window

  std::atomic<size_t> target_;
  std::atomic<uint64_t> gaps_{0};
  std::atomic<uint64_t> drops_{0};
  std::atomic<double> delay_{0.0};
  std::atomic<double> ratio_{1.0};
};

}  // namespace dfn

#endif  // DEEPFILTER_DEVICE_CLOCK_BRIDGE_H_
