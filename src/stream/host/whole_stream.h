// Interleaved samples of any number in, as many enhanced ones out: cuts hops for a Denoiser,
// removes its delay and knows how a stream ends.
#ifndef DEEPFILTER_STREAM_HOST_WHOLE_STREAM_H_
#define DEEPFILTER_STREAM_HOST_WHOLE_STREAM_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stream/denoise/denoiser.h"

namespace dfn {

struct StreamEnhancerOptions {
  Profile profile = Profile::kReference;
  size_t fft_size = 960;
  // True: output sample i is input sample i. False: the raw stream, delayed.
  bool compensate_delay = true;
  // Hops a call of the Denoiser at most; 1 is what a live stream does.
  size_t hops_per_call = 32;
};

// One signal from start to end. The output has as many samples as the input, and its bits do not
// depend on how the input is cut.
class StreamEnhancer {
 public:
  // `denoiser` is used at its start state and must outlive this.
  StreamEnhancer(Denoiser& denoiser, const StreamEnhancerOptions& options);

  // Takes interleaved [n, channels]; appends what is ready to `output`, likewise interleaved.
  void Process(std::span<const float> interleaved, std::vector<float>& output);

  // The end of the input; appends the rest. As df.enhance(pad=True) and libDF have it:
  //   kReference: zeros are appended to the N samples up to floor((N + fft) / hop) hops, then comes
  //   nothing (Denoiser::Flush); kLibdf: zeros as long as samples are missing.
  // Call once, last.
  void Finish(std::vector<float>& output);

  // Hops that went through the Denoiser.
  uint64_t hops() const { return hops_; }

  // Appends to `hop_us` from now on each call's time in microseconds, from interleaved samples in
  // to interleaved samples out with nothing left out. For hops_per_call = 1, where calls are hops.
  void MeasureHops(std::vector<float>* hop_us) { hop_us_ = hop_us; }

 private:
  using Clock = std::chrono::steady_clock;

  void Run(size_t hops, bool past_the_end, std::vector<float>& output);
  void Emit(size_t samples, std::vector<float>& output);

  Denoiser& denoiser_;
  StreamEnhancerOptions options_;
  size_t hop_size_;
  size_t channels_;
  std::vector<std::vector<float>> planes_;  // [channels][hops_per_call * hop], in and out
  std::vector<float*> pointers_;            // to `planes_`
  size_t filled_ = 0;                       // samples in `planes_`
  uint64_t received_ = 0;                   // samples so far
  uint64_t to_skip_;                        // samples of delay still to be dropped
  uint64_t emitted_ = 0;
  uint64_t hops_ = 0;
  std::vector<float>* hop_us_ = nullptr;
  Clock::time_point mark_;        // where the time of the next call starts to run
  Clock::duration unrecorded_{};  // spent before `mark_` on samples of the next call
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_WHOLE_STREAM_H_
