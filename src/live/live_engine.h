// The denoiser behind a device: takes each block through a HostStream, and follows the device when
// its rate or block changes.
#ifndef DEEPFILTER_LIVE_LIVE_ENGINE_H_
#define DEEPFILTER_LIVE_LIVE_ENGINE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/realtime.h"
#include "base/result.h"
#include "device/device.h"
#include "engine/network.h"
#include "live/tap_ring.h"
#include "stream/host/host_stream.h"

namespace dfn {

struct LiveEngineOptions {
  size_t channels = 1;  // of every block
  ChannelMode channel_mode = ChannelMode::kIndependent;
  Profile profile = Profile::kReference;
  bool fills_band = true;
  bool silence_skip = false;
  // Nothing: spread where a hop's work takes more than half of a block's time.
  std::optional<WorkMode> work_mode;
  DenoiserControls controls = {};
  bool bypass = false;
  // Seconds of sound that the tap holds for its reader.
  double tap_seconds = 5.0;
};

// A stream that fits the device's blocks.
struct EngineStream {
  std::unique_ptr<HostStream> host;
  size_t rate_hz = 0;
  size_t block_samples = 0;  // that it was made for
  WorkMode work_mode = WorkMode::kDirect;
};

// What the engine does now.
struct EngineState {
  size_t rate_hz = 0;  // of the stream; 0 without one
  size_t delay_samples = 0;
  WorkMode work_mode = WorkMode::kDirect;
  float local_snr_db = 0.0f;
  float level_gain_db = 0.0f;
  float load = 0.0f;        // share of a block's time that its work takes, smoothed
  float worst_load = 0.0f;  // the largest since it was last asked for, if any block has come since
  uint64_t blocks = 0;
  uint64_t late_blocks = 0;  // whose work took longer than the block
};

// Process runs on the device's thread; all other functions on one other thread. The constructor and
// Prepare allocate; Process never does, nor does it wait. It reads the steady clock, which is no
// call of the system where the kernel maps it.
class LiveEngine final : public BlockProcessor {
 public:
  LiveEngine(std::shared_ptr<const Network> network, const LiveEngineOptions& options);
  ~LiveEngine() override;

  // A block of options.channels. While there is no stream of the block's rate, and until Prepare has
  // made one, the output is silent.
  void Process(const DeviceBlock& block) noexcept DFN_REALTIME override;

  // Makes a stream for the blocks that come, if none fits them, and frees the one before. Call it
  // often (every 50 ms). Returns whether there is a new stream. Errors: those of HostStream::Create.
  Result<bool> Prepare();
  // Makes a stream for a rate and a block that are expected, before the device starts.
  Status Expect(size_t rate_hz, size_t block_samples);
  // Makes the stream anew at the next Prepare, for a sound that begins again.
  void Restart() { restart_ = true; }

  // Both hold for streams to come, too.
  void SetControls(const DenoiserControls& controls);
  void SetBypass(bool bypass);
  const DenoiserControls& controls() const { return options_.controls; }
  bool bypass() const { return options_.bypass; }
  const LiveEngineOptions& options() const { return options_; }

  EngineState state();

  // What went through: frames of interleaved floats, the channels before, then those after, in
  // blocks whose streams may differ (`Segment`). The reader is the thread of the other functions.
  struct Segment {
    uint64_t begin = 0;  // position in the tap
    size_t rate_hz = 0;
    size_t delay_samples = 0;
    uint64_t number = 0;  // 0: no stream yet
  };
  TapRing& tap() { return tap_; }
  // The newest stream's part of the tap. What was put before `begin` belongs to the one before.
  Segment segment() const;
  // Samples of sound that the tap had no room for.
  uint64_t untapped_samples() const { return untapped_.load(std::memory_order_relaxed); }

 private:
  void TakeOver() noexcept DFN_REALTIME;
  void Tap(const DeviceBlock& block) noexcept DFN_REALTIME;
  Result<std::unique_ptr<EngineStream>> MakeStream(size_t rate_hz, size_t block_samples);
  bool NeedsSpread(size_t rate_hz, size_t block_samples);
  void Hand(std::unique_ptr<EngineStream> stream);

  const std::shared_ptr<const Network> network_;
  LiveEngineOptions options_;
  bool restart_ = false;
  int other_mode_calls_ = 0;   // in a row in which another work mode would fit
  double hop_seconds_ = -1.0;  // a hop's work, once it was measured
  uint64_t asked_blocks_ = 0;  // when the state was last asked for, and its worst load
  float asked_worst_load_ = 0.0f;
  // What Prepare made last: the owner of it is next_, current_ or retired_.
  EngineStream* newest_ = nullptr;

  // Of the device's thread.
  EngineStream* current_ = nullptr;
  float smooth_load_ = 0.0f;

  // From one thread to the other: each is taken by an exchange.
  std::atomic<EngineStream*> next_{nullptr};
  std::atomic<EngineStream*> retired_{nullptr};

  TapRing tap_;
  // segment_number_ is stored last.
  std::atomic<uint64_t> segment_begin_{0};
  std::atomic<size_t> segment_rate_{0};
  std::atomic<size_t> segment_delay_{0};
  std::atomic<uint64_t> segment_number_{0};
  std::atomic<uint64_t> untapped_{0};

  std::atomic<size_t> seen_rate_{0};
  std::atomic<size_t> seen_block_{0};
  std::atomic<uint64_t> blocks_{0};
  std::atomic<uint64_t> late_blocks_{0};
  std::atomic<float> load_{0.0f};
  std::atomic<float> worst_load_{0.0f};
  std::atomic<float> local_snr_db_{0.0f};
  std::atomic<float> level_gain_db_{0.0f};
};

}  // namespace dfn

#endif  // DEEPFILTER_LIVE_LIVE_ENGINE_H_
