// A stream as hosts have it: any rate, blocks of any size, one constant delay.
#ifndef DEEPFILTER_STREAM_HOST_HOST_OPTIONS_H_
#define DEEPFILTER_STREAM_HOST_HOST_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "engine/network.h"
#include "model/config.h"
#include "stream/denoise/denoiser_batch.h"
#include "stream/denoise/live_denoiser.h"

namespace dfn {

enum class ChannelMode {
  kIndependent,  // each as if alone, stages gated by its own local SNR
  kLinked,       // one set of gains, their maximum; stages gated by the first channel
  kDownmix,      // the mean is enhanced and goes out on every channel
  kLinkedMean,   // as kLinked, with the mean of the gains; kLibdf only, else kInvalidArgument
};

// When the work of a hop is done.
enum class WorkMode {
  kDirect,  // whole, in the call that brings its last sample
  kSpread,  // piece by piece as the samples of the next hop come in; one hop more delay
};

// Ranges are checked by Create; a value out of range, or NaN, is kInvalidArgument.
struct HostStreamOptions {
  size_t sample_rate_hz = 48000;  // 8000 .. 192000
  size_t channels = 1;            // 1 .. 16
  ChannelMode channel_mode = ChannelMode::kIndependent;
  WorkMode work_mode = WorkMode::kDirect;
  // Every call brings a multiple of so many samples, 1 .. 1920000; the delay is smaller by what
  // then need not be waited for: hop - gcd(hop, block_multiple) is left of it at the model's own
  // rate.
  size_t block_multiple = 1;
  Profile profile = Profile::kReference;
  bool silence_skip = false;
  DenoiserControls controls;
};

// Not thread-safe; the setters may be called on any thread. Everything allocates in Create and
// nowhere else. All but Create is real-time safe: no allocation, lock, log, clock or system call.
//
// Samples of a host at another rate go through a polyphase filter on either side (dsp/resampler.h);
// its group delay is counted in delay_samples(), which is a whole number of host samples: the
// network's samples are taken at positions that lie so to the host's.
class HostStream {
 public:
  static Result<std::unique_ptr<HostStream>> Create(std::shared_ptr<const Network> network,
                                                    const HostStreamOptions& options);
  virtual ~HostStream() = default;

  virtual const HostStreamOptions& options() const noexcept = 0;
  // Output sample i + delay_samples() is input sample i, enhanced.
  virtual size_t delay_samples() const noexcept = 0;

  // Takes a block in and gives as many samples out. `samples` is a multiple of block_multiple.
  //   input [channels] pointers to samples; output likewise, output[c] may equal input[c]
  // A sample that is NaN, infinite or beyond 1e10 counts as 0. The bits do not depend on the
  // blocks.
  virtual void Process(const float* const* input, float* const* output,
                       size_t samples) noexcept = 0;
  // Past the end: the next `samples` of output, any number, with nothing coming in. kReference: as
  // df.enhance(pad=True), zeros are added to the N samples (at the model's rate) up to
  // floor((N + fft_size) / hop) hops, then comes Denoiser::Flush; kLibdf: zeros. Until Reset no
  // Process may follow.
  virtual void Flush(float* const* output, size_t samples) noexcept = 0;
  virtual bool flushing() const noexcept = 0;
  virtual void Reset() noexcept = 0;

  // Any thread; taken over when the next hop begins. A number that is NaN changes nothing.
  virtual void SetControls(const DenoiserControls& controls) noexcept = 0;
  // Any thread; taken over by the next call. On: the input itself, delayed by delay_samples(), to
  // the bit, faded in over 10 ms; off: the enhanced sound likewise. The network goes on with every
  // hop in either case.
  virtual void SetBypass(bool bypass) noexcept = 0;

  // Local SNR of the newest hop done, dB; any thread.
  virtual float local_snr_db() const noexcept = 0;
  // Of the hops that the last call has done, oldest first; at most the last 32.
  virtual std::span<const float> call_local_snrs_db() const noexcept = 0;

  // All that the stream remembers but controls, as floats: state [state_size()]. Finishes the hop
  // in hand, which changes no bit of what comes. RestoreState: for a stream of the same model and
  // options; false, and nothing has changed, if it is no such state.
  virtual size_t state_size() const noexcept = 0;
  virtual void SaveState(float* state) noexcept = 0;
  [[nodiscard]] virtual bool RestoreState(const float* state) noexcept = 0;
};

// What delay_samples() of a stream of these options is, for a model of `config`, without making
// one. Errors: those of Create that come from `options`.
Result<size_t> HostDelaySamples(const Config& config, const HostStreamOptions& options);

// One stream's block in a call of many.
struct HostBlock {
  HostStream* stream;
  const float* const* input;
  float* const* output;
  size_t samples;
};

// Runs streams of one network together: the hops that are complete at the same time go through the
// network in one call. The bits are those of Process on each. One call at a time.
class HostBatch {
 public:
  // Errors: those of DenoiserBatch::Create.
  static Result<std::unique_ptr<HostBatch>> Create(std::shared_ptr<const Network> network,
                                                   size_t max_channels);
  virtual ~HostBatch() = default;
  // Each stream at most once, max_channels channels in all at most. Real-time safe.
  virtual void Process(std::span<const HostBlock> blocks) noexcept = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_OPTIONS_H_
