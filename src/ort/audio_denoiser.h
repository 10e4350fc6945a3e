// Graphs from samples to samples under ONNX Runtime, behind the denoiser's face.
#ifndef DEEPFILTER_ORT_AUDIO_DENOISER_H_
#define DEEPFILTER_ORT_AUDIO_DENOISER_H_

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "convert/plan/run_plan.h"
#include "ort/library.h"
#include "ort/session.h"
#include "stream/denoise/denoiser.h"

namespace dfn {

// A loaded audio graph, shared by any number of denoisers and threads.
class AudioGraph {
 public:
  // Loads the graph of a plan of mode audio, runs it once and checks what comes out. Errors: as
  // NewOrtNetwork.
  static Result<std::shared_ptr<const AudioGraph>> Load(std::shared_ptr<const ort::Library> library,
                                                        const RunPlan& plan,
                                                        const ort::SessionOptions& options);
  virtual ~AudioGraph() = default;

  virtual size_t hop_size() const noexcept = 0;
  virtual size_t sample_rate_hz() const noexcept = 0;
  virtual size_t delay_samples() const noexcept = 0;
  // Fine, or the first run that failed; its hops are silent.
  virtual Status status() const = 0;

  // Channels are independent. Errors: kInvalidArgument (an option out of range, or one that the
  // graph does not know: profile libdf, post filter, an attenuation limit without such an input).
  virtual Result<std::unique_ptr<Denoiser>> NewDenoiser(const DenoiserOptions& options) const = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_ORT_AUDIO_DENOISER_H_
