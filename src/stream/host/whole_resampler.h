// Converts a whole signal from one rate to another with the filter of live streams.
#ifndef DEEPFILTER_STREAM_HOST_WHOLE_RESAMPLER_H_
#define DEEPFILTER_STREAM_HOST_WHOLE_RESAMPLER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/resampler.h"

namespace dfn {

// Output sample j is the input's value at position start + j * in_hz / out_hz; before the input's
// first sample there are zeros. The output's bits do not depend on how the input is cut, and equal
// rates copy. Not for real time: the vectors grow.
class WholeResampler {
 public:
  // Rates 1 .. 2^20 Hz; `start` counts input samples.
  WholeResampler(size_t in_hz, size_t out_hz, size_t channels, size_t start = 0);

  // Takes interleaved samples [n, channels] and appends the output samples that are ready, likewise
  // interleaved.
  void Process(std::span<const float> interleaved, std::vector<float>& output);

  // Appends the next `count` samples (a channel) of an input that has ended: zeros follow it.
  void Extend(uint64_t count, std::vector<float>& output);

  // Output samples so far.
  uint64_t emitted() const { return emitted_; }
  // Output samples that follow the last input sample until all of them are zero, at most.
  size_t tail() const { return filter_.taps() * filter_.out_hz() / filter_.in_hz() + 2; }
  // The filter that computes the output.
  const PolyphaseFilter& filter() const { return filter_; }

 private:
  uint64_t EmitReady(uint64_t most, std::vector<float>& output);

  PolyphaseFilter filter_;
  std::vector<std::vector<float>> planes_;  // [channels], the input from sample `begin_` on
  int64_t begin_;
  SamplePosition position_;  // of the next output sample
  uint64_t emitted_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_WHOLE_RESAMPLER_H_
