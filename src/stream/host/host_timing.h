// Computes when a host's samples complete a hop, when the hop's samples may go out, and the least
// constant delay for which they are always in time. All in whole numbers.
#ifndef DEEPFILTER_STREAM_HOST_HOST_TIMING_H_
#define DEEPFILTER_STREAM_HOST_HOST_TIMING_H_

#include <cstddef>
#include <cstdint>

#include "base/realtime.h"
#include "dsp/resampler.h"

namespace dfn {

struct HostTimingOptions {
  size_t host_hz;         // R
  size_t model_hz;        // M
  size_t hop;             // of the model, samples
  size_t model_delay;     // of the denoiser, samples at M
  size_t input_ahead;     // host samples that a model sample needs after its position
  size_t output_ahead;    // enhanced samples that a host sample needs after its position
  size_t block_multiple;  // calls end where the count of host samples is a multiple
  bool spread;            // a hop is ready when the next one is complete
};

// Model sample k is at host position k R / M. Host output j is at (j - delay) M / R + model delay
// among the enhanced samples, so that output sample j is input sample j - delay. Counts of samples
// are below 2^48. Real-time safe.
class HostTiming {
 public:
  explicit HostTiming(const HostTimingOptions& options);

  // The least delay for which each output's hop is ready by the end of the call that asks for it.
  size_t delay_samples() const noexcept DFN_REALTIME { return delay_; }
  // The most host samples that one hop spans.
  size_t most_hop_samples() const noexcept DFN_REALTIME { return most_hop_samples_; }

  // Host samples that must have come before hop `hop` is complete.
  uint64_t HopComplete(uint64_t hop) const noexcept DFN_REALTIME;
  // Model samples that the first `host_samples` of the host give.
  uint64_t ModelSamples(uint64_t host_samples) const noexcept DFN_REALTIME;
  // Model samples whose position is within the first `host_samples`.
  uint64_t ModelLength(uint64_t host_samples) const noexcept DFN_REALTIME;
  // Host outputs that the first `hops` enhanced hops give.
  uint64_t OutputsReady(uint64_t hops) const noexcept DFN_REALTIME;
  // Hops that are ready when `complete` are complete.
  uint64_t HopsReady(uint64_t complete) const noexcept DFN_REALTIME {
    return options_.spread && complete > 0 ? complete - 1 : complete;
  }

  // The position of model sample k in the host's input, in parts of 1 / M.
  SamplePosition InputPosition(uint64_t k) const noexcept DFN_REALTIME;
  // The position of host output j in the enhanced samples, in parts of 1 / R.
  SamplePosition OutputPosition(uint64_t j) const noexcept DFN_REALTIME;

 private:
  // The first output that needs hop `hop` if the delay were 0; may be negative.
  int64_t FirstOutputOf(uint64_t hop) const noexcept DFN_REALTIME;

  HostTimingOptions options_;
  size_t most_hop_samples_ = 0;
  size_t delay_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_TIMING_H_
