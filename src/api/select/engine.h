// The engine that runs a model: the native network, or ONNX Runtime where the user asks for it or
// where the model cannot run natively.
#ifndef DEEPFILTER_API_SELECT_ENGINE_H_
#define DEEPFILTER_API_SELECT_ENGINE_H_

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/select/run_choice.h"
#include "base/precision.h"
#include "base/result.h"
#include "convert/plan/run_plan.h"
#include "engine/network.h"
#include "model/config.h"
#include "ort/audio_graph.h"
#include "ort/session.h"
#include "stream/denoise/denoiser.h"

namespace dfn {

enum class Backend {
  kAuto,    // native where the model lifts, else ONNX Runtime where it is present
  kNative,  // this project's own network
  kOrt,     // ONNX Runtime
};

struct EngineOptions {
  Backend backend = Backend::kAuto;
  // Of the native network alone. Nothing: that in which the model's weights were stored.
  std::optional<Precision> precision;
  // By ChoosePrecision (api/select/precision.h), unless the weights were stored in fewer bits.
  bool choose_precision = false;
  // Of ONNX Runtime alone.
  RunPlanOptions run;
  bool exact_export = false;  // the lifted model's exact export in place of the source's files
  ort::SessionOptions session;
  std::filesystem::path ort_library;  // empty: where ort::Library looks
};

// A description of an engine for the user.
struct EngineInfo {
  Backend backend = Backend::kNative;  // never kAuto
  // Of the native network.
  Precision precision = Precision::kF32;
  std::string precision_reason;  // PrecisionChoice::reason, where it was chosen
  // The rest is ONNX Runtime's.
  std::string runtime;  // "ONNX Runtime 1.32.0"
  std::filesystem::path library;
  RunChoice run;
  ort::SessionOptions session;
  std::string native_refusal;  // why the model does not lift, where that decided
  // Sentences for the user about whatever is not as the best form of the files would have it: results
  // that are not those of the whole sequence, with the figure; a form that failed; a precision other
  // than the one that the weights were stored in; GRUs that are not
  // those of PyTorch, with the figure; a delay that was measured or is unknown. Empty otherwise.
  std::string note;
  // How the delay is known; told but for audio graphs.
  ort::DelaySource delay = ort::DelaySource::kTold;
};

// An opened model with its engine. Immutable; any number of denoisers and threads share it.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual const EngineInfo& info() const noexcept = 0;
  // Null for an audio graph, which does not tell its settings.
  virtual const Config* config() const noexcept = 0;
  virtual size_t sample_rate_hz() const noexcept = 0;
  virtual size_t fft_size() const noexcept = 0;
  // Null for an audio graph, which has no network of its own.
  virtual std::shared_ptr<const Network> network() const = 0;

  // One stream of its own. Errors: those of Denoiser::Create and ort::AudioGraph::NewDenoiser;
  // kInvalidArgument (silence_skip with an audio graph, whose states cannot be paused).
  virtual Result<std::unique_ptr<Denoiser>> NewDenoiser(const DenoiserOptions& options) const = 0;
  // OK, or the engine's first error, after which its output is unenhanced. Ask after Process.
  virtual Status status() const = 0;
};

// Opens `source` (OpenModel). ONNX Runtime runs its files (OpenFiles) as PlanRun has it. Where the best form of the files fails its trial run, or is far from the whole
// sequence, the next one that runs is taken, with a note. Errors: those of OpenModel,
// MeasureBusyShare, PlanRun, ort::Library::Open, ort::NewNetwork, ort::AudioGraph::Load and
// PrepareKernelTarget, of the best form if none runs; kInvalidArgument (a rate that is not the
// model's, or an audio graph's that nobody tells); with kAuto the error of a model that does not
// lift says why, and why ONNX Runtime cannot run it.
Result<std::shared_ptr<const Engine>> OpenEngine(const std::string& source,
                                                 const EngineOptions& options = {});

// "auto", "native", "ort".
const char* BackendName(Backend backend);

}  // namespace dfn

#endif  // DEEPFILTER_API_SELECT_ENGINE_H_
