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

// The number of samples at `out_hz` that `frames` samples at `in_hz` become: the last one is within
// the last sampling period of the input.
uint64_t ResampledFrames(uint64_t frames, size_t in_hz, size_t out_hz);

// Converts one interleaved signal in pieces of any size. Output sample k has the time of input
// sample k * in_hz / out_hz: the output is not delayed, although it comes out later. It does not
// depend on how the input is cut. Equal rates pass through. Lack of memory is std::bad_alloc, also in
// the library below, which does not check its own: 1 MiB a channel is held for it.
class Resampler {
 public:
  // Errors: kUnsupported (the library refuses the ratio).
  static Result<Resampler> Create(size_t in_hz, size_t out_hz, size_t channels);
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) = delete;
  ~Resampler();

  // Appends the samples that are ready to `output`. Both are interleaved, [n, channels].
  void Process(std::span<const float> input, std::vector<float>& output);

  // Ends the input: appends the rest, cut or filled with zeros so that the whole output has
  // `total_frames` samples a channel. Call once, last.
  void Finish(uint64_t total_frames, std::vector<float>& output);

 private:
  struct State;
  explicit Resampler(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_RESAMPLE_H_
