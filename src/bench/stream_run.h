// Times a denoiser in one way of use, samples in to samples out, and measures its output's SNR.
#ifndef DEEPFILTER_BENCH_STREAM_RUN_H_
#define DEEPFILTER_BENCH_STREAM_RUN_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/result.h"
#include "bench/time_summary.h"
#include "stream/denoise/denoiser.h"

namespace dfn::bench {

// How the caller brings the frames.
struct Pace {
  size_t streams = 1;        // B independent ones in one call
  size_t frames_a_call = 1;  // T of each
  double sleep_ms = 0.0;     // before each call, not counted
};

// Plays a sound in a circle through `streams` streams of one denoiser (profile kReference, whose
// channels are independent). All streams get the same samples; the time of a call does not depend
// on their values.
class StreamRun {
 public:
  // `sound`: mono at the model's rate, one hop at least; an incomplete last hop is ignored. It must
  // outlive this object. Errors: those of Denoiser::Create; kInvalidArgument
  // (sound too short).
  static Result<StreamRun> Create(std::shared_ptr<const Network> network, const Pace& pace,
                                  std::span<const float> sound);

  // Plays the sound once from its start, for at most about `seconds`, and keeps the output.
  void Record(double seconds);

  // Plays on for about `seconds`, one call at least, and notes the time of each call.
  void Measure(double seconds);

  // Of all calls of Measure, in microseconds a frame of a stream.
  TimeSummary frame_us() const { return Summarize(times_us_); }
  // What Measure has timed, over all streams.
  size_t timed_frames() const { return times_us_.size() * pace_.frames_a_call * pace_.streams; }

  // Recorded samples of a stream with the delay taken out, [recorded_samples()].
  std::span<const float> recorded(size_t stream) const;
  size_t recorded_samples() const { return recorded_samples_; }
  // The lowest of the streams' SNR in dB against `reference`, which starts where the sound does,
  // over what was recorded of it; NaN where nothing was.
  double SnrDb(std::span<const float> reference) const;

  const Pace& pace() const { return pace_; }
  const Denoiser& denoiser() const { return *denoiser_; }

 private:
  StreamRun(std::unique_ptr<Denoiser> denoiser, const Pace& pace, std::span<const float> sound);

  size_t call_samples() const { return pace_.frames_a_call * denoiser_->hop_size(); }
  // Fills input_ with the samples from `position_` on, which moves.
  void LoadInput() noexcept;

  std::unique_ptr<Denoiser> denoiser_;
  Pace pace_;
  std::span<const float> sound_;
  size_t position_ = 0;           // in sound_
  AlignedBuffer<float> input_;    // [streams, call_samples()]
  AlignedBuffer<float> output_;   // [streams, call_samples()]
  std::vector<const float*> in_;  // [streams]
  std::vector<float*> out_;       // [streams]
  std::vector<float> times_us_;
  std::vector<std::vector<float>> recorded_;  // [streams], with the delay
  size_t recorded_samples_ = 0;
};

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_STREAM_RUN_H_
