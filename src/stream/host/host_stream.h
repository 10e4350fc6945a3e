// A stream as hosts need it: any rate, blocks of any size, one constant delay.
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
#include "base/realtime.h"
#include "base/result.h"
#include "dsp/resampler.h"
#include "engine/network.h"
#include "model/config.h"
#include "stream/denoise/control_mailbox.h"
#include "stream/denoise/denoiser_batch.h"
#include "stream/denoise/live_denoiser.h"
#include "stream/host/bypass_fade.h"
#include "stream/host/host_history.h"
#include "stream/host/host_options.h"
#include "stream/host/host_timing.h"
#include "stream/host/recent_snrs.h"

namespace dfn {

// Not thread-safe, except for the functions marked "any thread". All memory is allocated by Create.
// All functions but Create are real-time safe.
//
// Samples at another rate than the model's go through a polyphase filter on either side
// (dsp/resampler.h). The filters' group delay is part of delay_samples(), which is a whole number
// of host samples: the positions of the network's samples between the host's are chosen so.
//
// All positions follow from three counts of host samples: those that came in (pushed_), those that
// went out (emitted_) and, once flushing, those that were sound (end_).
class HostStream {
 public:
  // Errors: those of CheckHostOptions and LiveDenoiser::Create.
  static Result<std::unique_ptr<HostStream>> Create(std::shared_ptr<const Network> network,
                                                    const HostStreamOptions& options);

  const HostStreamOptions& options() const noexcept DFN_REALTIME { return options_; }
  // Output sample i + delay_samples() is input sample i, enhanced.
  size_t delay_samples() const noexcept DFN_REALTIME { return timing_.delay_samples(); }

  // Takes a block in and gives as many samples out. `samples` is a multiple of block_multiple.
  //   input [channels] pointers to samples; output likewise, output[c] may equal input[c]
  // A sample that is NaN, infinite or beyond 1e10 counts as 0. The bits do not depend on the
  // blocks.
  void Process(const float* const* input, float* const* output,
               size_t samples) noexcept DFN_REALTIME;
  // Gives the next `samples` of output, any number, past the end of the input. kReference: as in
  // df.enhance(pad=True), zeros are added to the N samples (at the model's rate) up to
  // floor((N + fft_size) / hop) hops, and then Denoiser::Flush follows. kLibdf: zeros are added.
  // Only Reset allows Process again.
  void Flush(float* const* output, size_t samples) noexcept DFN_REALTIME;
  bool flushing() const noexcept DFN_REALTIME { return flushing_; }
  void Reset() noexcept DFN_REALTIME;

  // Any thread. Takes effect when the next hop begins.
  ControlMailbox& controls() noexcept DFN_REALTIME { return controls_; }
  // Any thread. Takes effect with the next call. On: the output fades over 10 ms to the input
  // itself, delayed by delay_samples(), bit for bit. Off: it fades back to the enhanced sound. The
  // network processes every hop in either case.
  void SetBypass(bool bypass) noexcept DFN_REALTIME {
    bypass_.store(bypass, std::memory_order_relaxed);
  }

  // Local SNR of the newest finished hop, in dB. Any thread.
  float local_snr_db() const noexcept DFN_REALTIME {
    return local_snr_db_.load(std::memory_order_relaxed);
  }
  // By how much the network heard the first channel's newest finished hop louder than it is, in dB.
  // Any thread.
  float level_gain_db() const noexcept DFN_REALTIME {
    return level_gain_db_.load(std::memory_order_relaxed);
  }
  // The local SNRs of the hops that the last call has finished, oldest first; at most the last
  // RecentSnrs::kMost.
  std::span<const float> call_local_snrs_db() const noexcept DFN_REALTIME {
    return call_local_snrs_.values();
  }

  // Writes all that the stream remembers except its controls, as floats, to state [state_size()].
  // Finishes a hop whose work is spread, which changes no bit of the output.
  size_t state_size() const noexcept DFN_REALTIME;
  void SaveState(float* state) noexcept DFN_REALTIME;
  // Continues from a state of a stream of the same model and options. Returns false, and changes
  // nothing, if `state` is no such state.
  [[nodiscard]] bool RestoreState(const float* state) noexcept DFN_REALTIME;

 private:
  friend class HostBatch;  // does the complete hops of several streams together

  HostStream(const Config& config, const HostStreamOptions& options,
             std::unique_ptr<LiveDenoiser> denoiser);

  // A call is BeginCall (input null: Flush), then Advance until it returns false. After each true,
  // a hop is complete and is done either by DoHop or by a batch, between TakeHop and HopDone.
  void BeginCall(const float* const* input, float* const* output,
                 size_t samples) noexcept DFN_REALTIME;
  bool Advance() noexcept DFN_REALTIME;
  // Does the complete hop, or begins it where work is spread.
  void DoHop() noexcept DFN_REALTIME;
  BatchHop TakeHop() noexcept DFN_REALTIME;
  void HopDone() noexcept DFN_REALTIME;

  // One channel that goes through the network.
  struct EnhancedChannel {
    std::array<AlignedBuffer<float>, 2> hops;  // [hop] each: one fills while the other is enhanced
    AlignedBuffer<float> done;                 // [hop], the denoiser's output
    SampleHistory enhanced;                    // input of the output filter
  };

  // The complete hop that is not yet delivered, if there is one; kOpen until its work is finished.
  enum class Pending { kNone, kOpen, kDone };

  // At most this many hops of input have come in beyond the samples that went out.
  static constexpr size_t kHopsWaiting = 3;

  // The counts in a saved state.
  struct Counts {
    uint64_t pushed;
    uint64_t emitted;
    uint64_t end;
    bool flushing;
  };

  size_t InputKeep() const noexcept DFN_REALTIME;
  size_t EnhancedKeep() const noexcept DFN_REALTIME;
  void Push(size_t count) noexcept DFN_REALTIME;
  void Fill() noexcept DFN_REALTIME;
  void Emit() noexcept DFN_REALTIME;
  void EmitPart(size_t count) noexcept DFN_REALTIME;
  void RunDuePieces() noexcept DFN_REALTIME;
  void FinishOpenHop() noexcept DFN_REALTIME;
  void Deliver() noexcept DFN_REALTIME;
  const SampleHistory& Source(size_t channel) const noexcept DFN_REALTIME;
  bool IsPast(uint64_t hop) const noexcept DFN_REALTIME;
  void DeriveCounts() noexcept DFN_REALTIME;
  bool AreCounts(const Counts& counts) const noexcept DFN_REALTIME;
  static bool AreSamples(const float* samples, size_t count) noexcept DFN_REALTIME;

  Config config_;
  HostStreamOptions options_;
  std::unique_ptr<LiveDenoiser> denoiser_;
  PolyphaseFilter input_filter_;
  PolyphaseFilter output_filter_;
  HostTiming timing_;
  std::vector<double> shares_;  // cumulative shares of the denoiser's pieces

  std::vector<SampleHistory> input_;  // [channels], the host's samples
  std::vector<SampleHistory> mix_;    // their mean, with kDownmix
  std::vector<EnhancedChannel> enhanced_;
  std::vector<const float*> hop_input_;  // [enhanced channels] pointers for the denoiser
  std::vector<float*> hop_output_;
  AlignedBuffer<float> part_;  // [kPart], enhanced samples on their way out

  uint64_t pushed_ = 0;
  uint64_t emitted_ = 0;
  uint64_t end_ = 0;  // 0 before the flush
  bool flushing_ = false;
  // These follow from the counts: hops complete and delivered, samples of the incomplete hop, the
  // counts at which the last and the next hop are complete, and the number of outputs ready.
  uint64_t complete_ = 0;
  uint64_t delivered_ = 0;
  size_t filled_ = 0;
  uint64_t last_complete_at_ = 0;
  uint64_t next_complete_at_ = 0;
  uint64_t ready_ = 0;

  Pending pending_ = Pending::kNone;
  size_t next_piece_ = 0;
  float hop_local_snr_db_ = 0.0f;

  // The current call.
  const float* const* call_input_ = nullptr;
  float* const* call_output_ = nullptr;
  uint64_t call_begin_ = 0;  // emitted_ at its start and at its end
  uint64_t call_end_ = 0;
  bool call_bypass_ = false;

  ControlMailbox controls_;
  std::atomic<bool> bypass_{false};
  BypassFade fade_;
  std::atomic<float> local_snr_db_;
  std::atomic<float> level_gain_db_{0.0f};
  RecentSnrs call_local_snrs_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_STREAM_H_
