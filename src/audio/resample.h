// Sample-rate conversion of files: very high quality, linear phase, aligned. For programs only.
#ifndef DEEPFILTER_AUDIO_RESAMPLE_H_
#define DEEPFILTER_AUDIO_RESAMPLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"

namespace dfn {

// Samples that `frames` samples at `in_hz` become at `out_hz`: so many that the last one is not
// behind the last of the input's sampling periods.
uint64_t ResampledFrames(uint64_t frames, size_t in_hz, size_t out_hz);

// Converts one interleaved signal in pieces of any size. Output sample k lies at the time of input
// sample k * in_hz / out_hz: there is no delay, only waiting. The output does not depend on how the
// input is cut. Equal rates pass through.
class Resampler {
 public:
  // Errors: kUnsupported (the library refuses the ratio).
  static Result<Resampler> Create(size_t in_hz, size_t out_hz, size_t channels);
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) = delete;
  ~Resampler();

  // Appends to `output` what has become ready. Both interleaved [n, channels].
  void Process(std::span<const float> input, std::vector<float>& output);

  // The end of the input: appends the rest, so that the whole output is `total_frames` samples a
  // channel; what is too much is cut, what is missing is zero. Call once, last.
  void Finish(uint64_t total_frames, std::vector<float>& output);

 private:
  struct State;
  explicit Resampler(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_RESAMPLE_H_
