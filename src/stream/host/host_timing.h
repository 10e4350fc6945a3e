// When a host's samples make a hop, when the hop's samples may go out, and the one delay for which
// that is always in time. Whole numbers throughout.
#ifndef DEEPFILTER_STREAM_HOST_HOST_TIMING_H_
#define DEEPFILTER_STREAM_HOST_HOST_TIMING_H_

#include <cstddef>
#include <cstdint>

#include "dsp/resampler.h"

namespace dfn {

struct HostTimingOptions {
  size_t host_hz;         // R
  size_t model_hz;        // M
  size_t hop;             // of the model, samples
  size_t model_delay;     // of the denoiser, samples at M
  size_t input_ahead;     // host samples that a model sample needs behind its place
  size_t output_ahead;    // enhanced samples that a host sample needs behind its place
  size_t block_multiple;  // calls end where the count of host samples is a multiple
  bool spread;            // a hop is ready when the next one is complete
};

// Model sample k lies at host position k R / M. Host output j lies at (j - delay) M / R + model
// delay among the enhanced samples, so that output sample j is input sample j - delay. Counts of
// samples are below 2^48. Real-time safe.
class HostTiming {
 public:
  explicit HostTiming(const HostTimingOptions& options);

  // The least for which each output's hop is ready by the end of the call that asks for it.
  size_t delay_samples() const noexcept { return delay_; }
  // The most host samples that one hop spans.
  size_t most_hop_samples() const noexcept { return most_hop_samples_; }

  // Host samples that must have come before hop `hop` is complete.
  uint64_t HopComplete(uint64_t hop) const noexcept;
  // Model samples that the first `host_samples` of the host give.
  uint64_t ModelSamples(uint64_t host_samples) const noexcept;
  // Model samples whose place lies within the first `host_samples`.
  uint64_t ModelLength(uint64_t host_samples) const noexcept;
  // Host outputs that the first `hops` enhanced hops give.
  uint64_t OutputsReady(uint64_t hops) const noexcept;
  // Hops that are ready when `complete` are complete.
  uint64_t HopsReady(uint64_t complete) const noexcept {
    return options_.spread && complete > 0 ? complete - 1 : complete;
  }

  // Where model sample k lies in the host's input, parts of 1 / M.
  SamplePosition InputPosition(uint64_t k) const noexcept;
  // Where host output j lies in the enhanced samples, parts of 1 / R.
  SamplePosition OutputPosition(uint64_t j) const noexcept;

 private:
  // The first output without delay that needs hop `hop`; may be negative.
  int64_t FirstOutputOf(uint64_t hop) const noexcept;

  HostTimingOptions options_;
  size_t most_hop_samples_ = 0;
  size_t delay_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_TIMING_H_
