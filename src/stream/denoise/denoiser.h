// Enhances noisy samples; the output is a constant delay behind the input.
#ifndef DEEPFILTER_STREAM_DENOISE_DENOISER_H_
#define DEEPFILTER_STREAM_DENOISE_DENOISER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/realtime.h"
#include "base/result.h"
#include "engine/network.h"
#include "stream/denoise/denoiser_controls.h"

namespace dfn {

// The rules that a stream follows.
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
  // 1 .. 4096: the longest chunk that goes through the network at once. It costs memory and changes
  // no bit: about 16 KB for each frame and channel, beside the network's own workspace.
  size_t max_frames_per_call = 32;
  // 1 .. 256 threads that work on a call, the caller's among them. The bits are the same for any
  // number. In a call of up to max_frames_per_call frames, two threads run the decoders side by
  // side. In a longer call, up to four take its chunks through a pipeline, which pays from eight
  // chunks a call on. From 2 threads on, a stream has the memory of three chunks. Taken as 1 where
  // the network's parts cannot run at once.
  size_t threads = 1;
  // The values at the start; LiveDenoiser::SetControls changes them.
  DenoiserControls controls = {};
  ReduceMask reduce_mask = ReduceMask::kMax;  // kLibdf with more than one channel
  // kReference with more than one channel: all channels get the maximum of their gains.
  bool link_gains = false;
  // kLibdf: each channel is gated by its own local SNR instead of the first channel's, and lasting
  // quiet is not muted (mute_rule.h). Only with reduce_mask kNone.
  bool gate_channels_alone = false;
  // kLibdf with a limit below 0.01 dB: the input passes delayed, as in kReference, instead of
  // undelayed, so that the delay is constant. Lasting quiet passes, too.
  bool constant_delay = false;
  // Gains of the channels that are added to controls.level_gain_db, where the levels of a sound are
  // known before it begins (whole_gains.h): [channels], each -60 .. 60, or empty. Linked channels
  // take the first one's.
  std::vector<float> level_gains_db = {};
  // The input has nothing above this frequency, in Hz, and the network hears a floor there
  // (band_fill.h, whose FilledAboveHz knows where that pays). 0: the network hears the input.
  size_t band_hz = 0;
  // Skips frames of digital silence (every sample of every channel is 0) once the output is digital
  // silence too: network, norms and all other state stay as they are until a sample comes. This is
  // not exact: the network would have gone on forgetting, so the sound after the gap differs. The
  // silence itself does not.
  bool silence_skip = false;
};

// Whether the channels share their gains, so that the network should hear all at one level.
inline bool LinksGains(const DenoiserOptions& options) {
  return options.profile == Profile::kLibdf ? options.reduce_mask != ReduceMask::kNone
                                            : options.link_gains;
}

// One stream of one or more channels. Not thread-safe; independent streams may share a Network.
// All memory is allocated by Create.
//
// With threads > 1, Create starts helper threads and the destructor joins them. Helpers inherit the
// scheduling of the thread that calls Create, where the system has it so, and each wants a core of
// its own. They spin during a call and sleep between calls. A call begins by waking sleeping
// helpers. That is one system call; it takes no lock and waits for nothing, since the caller itself
// does all work that no helper has taken. The call then asks nothing more of the system, with one
// exception: when a helper has lost its core in the middle of a step and is milliseconds late, the
// caller naps, lest it keep the helper from the core that it needs.
//
// A sample that is NaN, infinite or beyond 1e10 counts as 0, so a stream recovers from a broken
// source by itself. Denormal numbers count as zero during a call (base/flush_to_zero.h), whatever
// the caller's floating-point mode, which is restored. Beside the network, a frame of a channel
// costs two transforms and some ten passes over a spectrum.
class Denoiser {
 public:
  // Keeps `network`. Errors: kInvalidArgument (an option, or ERB bands that do not fit), kIo (the
  // system refuses a thread).
  static Result<std::unique_ptr<Denoiser>> Create(std::shared_ptr<const Network> network,
                                                  const DenoiserOptions& options);
  virtual ~Denoiser() = default;

  virtual size_t channels() const noexcept DFN_REALTIME = 0;
  virtual size_t hop_size() const noexcept DFN_REALTIME = 0;
  virtual size_t sample_rate_hz() const noexcept DFN_REALTIME = 0;
  // Output sample i + delay_samples() is input sample i, enhanced. This is Config::delay_samples(),
  // and 0 for a stream that was created to pass its input undelayed, as long as it does so.
  virtual size_t delay_samples() const noexcept DFN_REALTIME = 0;

  // Enhances whole hops.
  //   input:   [channels] pointers to `frames` * hop_size() samples, full scale 1
  //   output:  likewise; output[c] may equal input[c]
  //   lsnr_db: [frames] out or null: local SNR of the first channel, as the network estimated it in
  //            that step (it belongs to the frame conv_lookahead steps earlier). Before the
  //            network's first step and in skipped or muted frames it is lsnr_min_db; 35 where the input
  //            passes undelayed
  // The bits do not depend on how the input is cut into calls. Real-time safe.
  virtual void Process(const float* const* input, float* const* output, size_t frames,
                       float* lsnr_db) noexcept DFN_REALTIME = 0;

  // Continues past the end of the input. With kReference, spectrum and features are zero, as
  // df.enhance pads them; with kLibdf, the samples are zero. Real-time safe.
  virtual void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept DFN_REALTIME = 0;

  // Puts every state back to its start value. Real-time safe.
  virtual void Reset() noexcept DFN_REALTIME = 0;

  // By how much the network hears a channel's newest frame louder than it is, in dB. Not during a
  // call.
  virtual float level_gain_db(size_t /*channel*/) const noexcept DFN_REALTIME { return 0.0f; }

  // Of the time in Process and Flush so far, what went to other streams, where several share calls of
  // the network. Not during a call.
  virtual std::chrono::nanoseconds time_for_others() const noexcept DFN_REALTIME { return {}; }

  // Frames that silence_skip has skipped since the start. Not during a call.
  virtual uint64_t skipped_frames() const noexcept DFN_REALTIME { return 0; }

  // Floats of state, over all channels: the memory that a stream needs beside the shared workspace.
  virtual size_t state_size() const noexcept DFN_REALTIME = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_DENOISER_H_
