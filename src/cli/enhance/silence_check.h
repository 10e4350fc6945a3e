// Measures the error that --silence-skip causes, with a second stream that computes everything.
#ifndef DEEPFILTER_CLI_ENHANCE_SILENCE_CHECK_H_
#define DEEPFILTER_CLI_ENHANCE_SILENCE_CHECK_H_

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "api/select/engine.h"
#include "base/result.h"
#include "dsp/snr.h"
#include "stream/host/whole_stream.h"

namespace dfn {

// Follows one sound at the model's rate, step by step.
class SilenceCheck {
 public:
  // `options`, `stream`: those of the stream that leaves out silence. Errors: those of
  // Engine::NewDenoiser.
  static Result<std::unique_ptr<SilenceCheck>> Create(const Engine& engine, DenoiserOptions options,
                                                      const WholeStreamOptions& stream);

  // `input` are the samples that the other stream got, `output` its results; both interleaved.
  void Process(std::span<const float> input, std::span<const float> output);
  // The same for the last samples of the input.
  void Finish(std::span<const float> input, std::span<const float> output);

  // SNR in dB of the other stream's whole output against this one's; +infinity without a
  // difference.
  double snr_db() const { return meter_.snr_db(); }

 private:
  SilenceCheck(std::unique_ptr<Denoiser> denoiser, const WholeStreamOptions& stream)
      : denoiser_(std::move(denoiser)), stream_(*denoiser_, stream) {}

  std::unique_ptr<Denoiser> denoiser_;
  WholeStream stream_;
  SnrMeter meter_;
  std::vector<float> exact_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_SILENCE_CHECK_H_
