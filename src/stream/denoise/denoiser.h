// Noisy samples in, enhanced samples out, a constant delay later.
#ifndef DEEPFILTER_STREAM_DENOISE_DENOISER_H_
#define DEEPFILTER_STREAM_DENOISE_DENOISER_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "engine/network.h"

namespace dfn {

// Whose rules the stream follows.
enum class Profile {
  kReference,  // Python's df.enhance on the whole file: no gating, channels independent
  kLibdf,      // the official real-time runtime: gating by local SNR, its start-up and post filter
};

// How the channels of one stream share their ERB gains (profile kLibdf only).
enum class ReduceMask { kNone = 0, kMax = 1, kMean = 2 };

// Ranges are checked by Denoiser::Create; a value out of range, or NaN, is kInvalidArgument.
struct DenoiserOptions {
  Profile profile = Profile::kReference;
  size_t channels = 1;  // 1 .. 64
  // 1 .. 4096, the chunk that the network sees at most; costs memory, not bits: about 16 KB a frame
  // and channel beside the network's own workspace.
  size_t max_frames_per_call = 32;
  // 1 .. 256 threads that work on a call, the caller's among them; the bits are the same for any
  // number. In a call of up to max_frames_per_call frames two run the decoders side by side; in a
  // longer one up to four take the chunks through in a pipeline, best with eight chunks or more a
  // call. From 2 on, three chunks' memory. Taken as 1 where the network's parts cannot run at once.
  size_t threads = 1;
  // Attenuation limit: 10^(-|dB| / 20) of the noisy spectrum is mixed in. >= 100: none.
  // 0: kReference no noise reduction, aligned; kLibdf (below 0.01) the input, undelayed.
  float atten_lim_db = 100.0f;
  // Which of the forms in `dsp/post_filter.h`: kReference that of the model's family in Python,
  // kLibdf that of libDF for either family.
  bool post_filter = false;
  float post_filter_beta = 0.02f;  // >= 0, finite; kLibdf: 0 is off
  // kLibdf: stages by local SNR in dB, compared after clamping to the model's range.
  float min_db_thresh = -15.0f;               // below: gains 0, no deep filter
  float max_db_erb_thresh = 35.0f;            // above: the frame as it is
  float max_db_df_thresh = 35.0f;             // above: gains only
  ReduceMask reduce_mask = ReduceMask::kMax;  // kLibdf with more than one channel
  // kReference with more than one channel: all get the maximum of their gains.
  bool link_gains = false;
  // kLibdf: each channel's stages follow its own local SNR instead of the first channel's. Only
  // with reduce_mask kNone.
  bool gate_channels_alone = false;
  // kLibdf with a limit below 0.01 dB: the input passes aligned, as in kReference, instead of
  // undelayed, so that the delay is constant.
  bool constant_delay = false;
  // Leaves out frames of digital silence (every sample of every channel 0) once what goes out is
  // digital silence too: the network, the norms and all else stand still until a sample comes. Not
  // exact: the network would have gone on forgetting, so the sound after the gap differs; the
  // silence itself does not.
  bool silence_skip = false;
};

// One stream of one or more channels. Not thread-safe; independent streams may share a Network.
// Everything allocates in Create and nowhere else.
//
// With threads > 1, Create starts helper threads and the destructor joins them; they inherit the
// scheduling of the thread that calls Create, where the system has it so, and each wants a core of
// its own. They spin while a call is in work and sleep between calls. A call begins by waking those
// that sleep: one call to the system, which takes no lock and waits for nothing, as all that a
// helper has not taken by then the caller does. From there to its end the call asks nothing of the
// system, unless a helper has lost its core in the midst of a step and is milliseconds late; then
// the caller naps, lest it keep the helper from the core that it needs.
//
// A sample that is NaN, infinite or beyond 1e10 counts as 0, so a stream recovers from a broken
// source by itself. Denormal numbers count as zero while it works (base/flush_to_zero.h), whatever
// the caller's mode, which it leaves as it was. Beside the network, a frame of a channel costs two
// transforms and some ten passes over a spectrum.
class Denoiser {
 public:
  // `network` is kept. Errors: kInvalidArgument (an option, or ERB bands that do not fit), kIo (the
  // system gives no thread).
  static Result<std::unique_ptr<Denoiser>> Create(std::shared_ptr<const Network> network,
                                                  const DenoiserOptions& options);
  virtual ~Denoiser() = default;

  virtual size_t channels() const noexcept = 0;
  virtual size_t hop_size() const noexcept = 0;
  virtual size_t sample_rate_hz() const noexcept = 0;
  // Output sample i + delay_samples() is input sample i, enhanced. Config::delay_samples(), and 0
  // for a stream made to let its input pass undelayed, as long as it does.
  virtual size_t delay_samples() const noexcept = 0;

  // Enhances whole hops.
  //   input:   [channels] pointers to `frames` * hop_size() samples, full scale 1
  //   output:  likewise; output[c] may equal input[c]
  //   lsnr_db: [frames] out or null: local SNR of the first channel as the network gave it on that
  //            step (it belongs to the frame conv_lookahead steps earlier); before the first step
  //            of the network and in frames left out, lsnr_min_db; 35 where the input passes
  //            undelayed
  // The bits do not depend on how the input is cut into calls. Real-time safe.
  virtual void Process(const float* const* input, float* const* output, size_t frames,
                       float* lsnr_db) noexcept = 0;

  // Past the end of the input: as Process with nothing coming in. kReference: spectrum and features
  // are zero, as df.enhance pads them; kLibdf: the samples are zero. Real-time safe.
  virtual void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept = 0;

  // Back to the start: every state at its start value. Real-time safe.
  virtual void Reset() noexcept = 0;

  // Frames since the start that silence_skip has left out. Not during a call.
  virtual uint64_t skipped_frames() const noexcept { return 0; }

  // Floats of state, over all channels (memory that a stream needs beyond the shared workspace).
  virtual size_t state_size() const noexcept = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_DENOISER_H_
