// Graphs from samples to samples under ONNX Runtime, behind the denoiser's interface.
#ifndef DEEPFILTER_ORT_AUDIO_GRAPH_H_
#define DEEPFILTER_ORT_AUDIO_GRAPH_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "convert/plan/run_plan.h"
#include "ort/first_failure.h"
#include "ort/library.h"
#include "ort/session.h"
#include "stream/denoise/denoiser.h"

namespace dfn::ort {

// How a graph's delay is known.
enum class DelaySource {
  kTold,      // by its metadata, or by a config.ini that fits it
  kMeasured,  // by a trial sound (MeasureDelay)
  kUnknown,   // neither: the delay stays in the output
};
struct AudioDelay {
  DelaySource source = DelaySource::kUnknown;
  size_t samples = 0;
};

// The inputs and outputs of an audio graph by their meaning, with places in a channel's memory.
struct AudioPorts {
  struct Port {
    std::string name;
    Dims dims;
    size_t place = 0;
  };
  struct State {
    std::string input;
    std::string output;
    Dims dims;
    size_t place = 0;  // in either half of a channel's states
  };
  Port frame, enhanced;
  std::optional<Port> limit, lsnr;
  std::vector<State> states;
  size_t state_floats = 0;
  size_t io_floats = 0;

  const State* StateWithInput(const std::string& input) const;
  const State* StateWithOutput(const std::string& output) const;
};

// A loaded audio graph, shared by any number of denoisers and threads.
class AudioGraph : public std::enable_shared_from_this<AudioGraph> {
 public:
  // Loads the graph of a plan of mode audio, runs it once and checks its outputs; measures its delay
  // where nothing tells it. Errors: those of NewNetwork; kInvalidArgument (the plan has no rate).
  static Result<std::shared_ptr<const AudioGraph>> Load(std::shared_ptr<const Library> library,
                                                        const RunPlan& plan,
                                                        const SessionOptions& options);

  size_t hop_size() const noexcept { return hop_size_; }
  size_t sample_rate_hz() const noexcept { return sample_rate_hz_; }
  size_t delay_samples() const noexcept { return delay_.samples; }  // 0 where it is unknown
  const AudioDelay& delay() const noexcept { return delay_; }
  const AudioPorts& ports() const noexcept { return ports_; }
  const Session& session() const noexcept { return *session_; }
  // OK, or the first failure of a run; the hops of failed runs are silent.
  Status status() const { return failure_.status(); }

  // The channels are independent. Errors: kInvalidArgument (an option out of range, or one that the
  // graph does not have: profile libdf, post filter, an attenuation limit without an input for it).
  Result<std::unique_ptr<Denoiser>> NewDenoiser(const DenoiserOptions& options) const;

  // For its denoisers: that a hop [hop_size] of output holds numbers. Errors: kCorrupt.
  Status CheckEnhanced(std::span<const float> enhanced) const;

  // For its denoisers: keeps the first failure of a run for status(). Whether the run succeeded.
  bool Succeeded(Status run) const noexcept { return failure_.Succeeded(std::move(run)); }

 private:
  AudioGraph() = default;
  Status Open(std::shared_ptr<const Library> library, const RunPlan& plan,
              const SessionOptions& options);
  void AddStates(const RunStage& stage);
  Status FindInputs();
  Result<Tensors> RunOnNoise() const;
  Status FindOutputs();
  Status CheckOutput(const std::string& name, const Tensor& tensor) const;
  Status FindDelay(const std::optional<size_t>& told);
  Status CheckOptions(const DenoiserOptions& options) const;

  std::string file_;
  std::shared_ptr<const Session> session_;
  AudioPorts ports_;
  size_t hop_size_ = 0;
  size_t sample_rate_hz_ = 0;
  AudioDelay delay_;
  mutable FirstFailure failure_;
};

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_AUDIO_GRAPH_H_
