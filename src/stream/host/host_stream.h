// A stream's step from block to block: what a host's call brings, cut where hops are complete.
#ifndef DEEPFILTER_STREAM_HOST_HOST_STREAM_H_
#define DEEPFILTER_STREAM_HOST_HOST_STREAM_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "dsp/resampler.h"
#include "model/config.h"
#include "stream/denoise/denoiser_batch.h"
#include "stream/denoise/live_denoiser.h"
#include "stream/host/host_controls.h"
#include "stream/host/host_history.h"
#include "stream/host/host_options.h"
#include "stream/host/host_timing.h"

namespace dfn {

// Options are in range.
HostTiming HostTimingOf(const Config& config, const HostStreamOptions& options);

// The denoiser of a stream of these options, one frame a call. Options are in range.
DenoiserOptions DenoiserOptionsOf(const HostStreamOptions& options);

// The one HostStream. A call is BeginCall, then Advance until it says that no hop is left to do;
// after each true the hop is done either here (DoHop) or by a batch (TakeHop, then HopDone).
//
// Where everything stands follows from three counts of host samples: those that came in (pushed_),
// those that went out (emitted_) and, once flushing, those that were sound (end_).
class HostPath final : public HostStream {
 public:
  // Options are in range and `denoiser` is made for them.
  HostPath(const Config& config, const HostStreamOptions& options,
           std::unique_ptr<LiveDenoiser> denoiser);

  const HostStreamOptions& options() const noexcept override { return options_; }
  size_t delay_samples() const noexcept override { return timing_.delay_samples(); }
  void Process(const float* const* input, float* const* output, size_t samples) noexcept override;
  void Flush(float* const* output, size_t samples) noexcept override;
  bool flushing() const noexcept override { return flushing_; }
  void Reset() noexcept override;
  void SetControls(const DenoiserControls& controls) noexcept override { controls_.Set(controls); }
  void SetBypass(bool bypass) noexcept override {
    bypass_.store(bypass, std::memory_order_relaxed);
  }
  float local_snr_db() const noexcept override {
    return local_snr_db_.load(std::memory_order_relaxed);
  }
  std::span<const float> call_local_snrs_db() const noexcept override {
    return {call_local_snrs_db_.data(), call_local_snrs_};
  }
  size_t state_size() const noexcept override;
  void SaveState(float* state) noexcept override;
  bool RestoreState(const float* state) noexcept override;

  // Starts a call; input null: Flush.
  void BeginCall(const float* const* input, float* const* output, size_t samples) noexcept;
  // Goes on to the next complete hop (true) or to the call's end (false).
  bool Advance() noexcept;
  // Does the complete hop, or begins it where work is spread.
  void DoHop() noexcept;
  // The complete hop, for somebody else to do.
  BatchHop TakeHop() noexcept;
  void HopDone() noexcept;

  // Channels that go through the network.
  static size_t EnhancedChannels(const HostStreamOptions& options) noexcept {
    return options.channel_mode == ChannelMode::kDownmix ? 1 : options.channels;
  }

 private:
  // One channel that goes through the network.
  struct EnhancedChannel {
    std::array<AlignedBuffer<float>, 2> hops;  // [hop] each, in turn: one fills, one is in work
    AlignedBuffer<float> done;                 // [hop], of the denoiser
    SampleHistory enhanced;                    // all that has gone into the output filter
  };

  // The hop between its completion and the time when it goes out.
  enum class Pending { kNone, kOpen, kDone };

  // Outputs wait for no more than so many hops' worth of input that has come in.
  static constexpr size_t kHopsWaiting = 3;

  // The counts, as a state holds them.
  struct Counts {
    uint64_t pushed;
    uint64_t emitted;
    uint64_t end;
    bool flushing;
  };

  size_t InputKeep() const noexcept;
  size_t EnhancedKeep() const noexcept;
  void Push(size_t count) noexcept;
  void Fill() noexcept;
  void Emit() noexcept;
  void EmitPart(size_t count) noexcept;
  void RunDuePieces() noexcept;
  void FinishOpenHop() noexcept;
  void Deliver() noexcept;
  void TakeControls() noexcept;
  const SampleHistory& Source(size_t channel) const noexcept;
  bool IsPast(uint64_t hop) const noexcept;
  void NoteCounts() noexcept;
  bool AreCounts(const Counts& counts) const noexcept;
  static bool AreSamples(const float* samples, size_t count) noexcept;

  Config config_;
  HostStreamOptions options_;
  std::unique_ptr<LiveDenoiser> denoiser_;
  PolyphaseFilter input_filter_;
  PolyphaseFilter output_filter_;
  HostTiming timing_;
  std::vector<double> shares_;  // of the pieces up to and with each

  std::vector<SampleHistory> input_;  // [channels], the host's samples
  std::vector<SampleHistory> mix_;    // their mean, for kDownmix
  std::vector<EnhancedChannel> enhanced_;
  std::vector<const float*> hop_input_;  // [enhanced channels] pointers for the denoiser
  std::vector<float*> hop_output_;
  AlignedBuffer<float> part_;  // [kPart], enhanced samples on their way out

  uint64_t pushed_ = 0;
  uint64_t emitted_ = 0;
  uint64_t end_ = 0;  // 0 before the flush
  bool flushing_ = false;
  // These follow from them: hops complete and delivered, samples of the next hop in hand, and the
  // counts at which the last and the next hop are complete and up to which outputs are ready.
  uint64_t complete_ = 0;
  uint64_t delivered_ = 0;
  size_t filled_ = 0;
  uint64_t last_complete_at_ = 0;
  uint64_t next_complete_at_ = 0;
  uint64_t ready_ = 0;

  Pending pending_ = Pending::kNone;
  size_t next_piece_ = 0;
  float hop_local_snr_db_ = 0.0f;

  // The call in hand.
  const float* const* call_input_ = nullptr;
  float* const* call_output_ = nullptr;
  uint64_t call_begin_ = 0;  // emitted_ and end of the call
  uint64_t call_end_ = 0;    // 0 before the flush
  bool call_bypass_ = false;

  HostControls controls_;
  DenoiserControls controls_in_use_;
  std::atomic<bool> bypass_{false};
  BypassFade fade_;
  std::atomic<float> local_snr_db_;
  std::array<float, 32> call_local_snrs_db_{};
  size_t call_local_snrs_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_STREAM_H_
