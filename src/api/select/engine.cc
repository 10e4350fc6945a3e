#include "api/select/engine.h"

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <utility>

#include "api/open/network.h"
#include "api/open/open.h"
#include "api/select/precision.h"
#include "convert/export/export.h"
#include "kernels/targets.h"
#include "ort/audio_graph.h"
#include "ort/library.h"
#include "ort/network.h"

namespace dfn {
namespace {

class NetworkEngine final : public Engine {
 public:
  NetworkEngine(std::shared_ptr<const Network> network, EngineInfo info)
      : network_(std::move(network)), info_(std::move(info)) {}

  const EngineInfo& info() const noexcept override { return info_; }
  const Config* config() const noexcept override { return &network_->config(); }
  size_t sample_rate_hz() const noexcept override { return network_->config().sample_rate_hz; }
  size_t fft_size() const noexcept override { return network_->config().fft_size; }
  Result<std::unique_ptr<Denoiser>> NewDenoiser(const DenoiserOptions& options) const override {
    return Denoiser::Create(network_, options);
  }
  Status status() const override { return network_->status(); }

 private:
  std::shared_ptr<const Network> network_;
  EngineInfo info_;
};

class AudioEngine final : public Engine {
 public:
  AudioEngine(std::shared_ptr<const ort::AudioGraph> graph, EngineInfo info)
      : graph_(std::move(graph)), info_(std::move(info)) {}

  const EngineInfo& info() const noexcept override { return info_; }
  const Config* config() const noexcept override { return nullptr; }
  size_t sample_rate_hz() const noexcept override { return graph_->sample_rate_hz(); }
  // Two hops, as DeepFilterNet's windows are: it counts for the end of a sound alone.
  size_t fft_size() const noexcept override { return 2 * graph_->hop_size(); }
  Result<std::unique_ptr<Denoiser>> NewDenoiser(const DenoiserOptions& options) const override {
    if (options.silence_skip) {
      return Error{ErrorCode::kInvalidArgument,
                   info_.run.files + ": an audio graph cannot leave out silence"};
    }
    return graph_->NewDenoiser(options);
  }
  Status status() const override { return graph_->status(); }

 private:
  std::shared_ptr<const ort::AudioGraph> graph_;
  EngineInfo info_;
};

RunChoice ChoiceOf(const RunPlan& plan) {
  RunChoice choice = {.mode = plan.mode,
                      .form = plan.form,
                      .files = plan.files,
                      .window_frames = 1,
                      .inexact = plan.inexact};
  for (const auto* stages : {&plan.encoder, &plan.erb_decoder, &plan.df_decoder}) {
    for (const RunStage& stage : *stages) {
      choice.window_frames = std::max(choice.window_frames, stage.window_frames);
    }
  }
  return choice;
}

Result<std::shared_ptr<const Engine>> NewNativeEngine(const Model& model,
                                                      const EngineOptions& options) {
  EngineInfo info;
  std::shared_ptr<const Network> network;
  if (options.choose_precision) {
    DFN_TRY(PrecisionChoice choice, ChoosePrecision([&](Precision precision) -> Result<double> {
              DFN_TRY(network, MakeNetwork(model, precision));
              return MeasureBusyShare(network);
            }));
    info.precision = choice.precision;
    info.precision_reason = std::move(choice.reason);
  } else {
    info.precision = options.precision;
    DFN_TRY(network, MakeNetwork(model, options.precision));
  }
  return std::shared_ptr<const Engine>(
      std::make_shared<NetworkEngine>(std::move(network), std::move(info)));
}

std::string NoteOf(const std::string& inexact, const std::optional<double>& snr_db) {
  if (!snr_db) return inexact;
  char figure[64];
  std::snprintf(figure, sizeof(figure), "%.1f", *snr_db);
  return inexact + "; SNR of the coefficients against the whole sequence: " + figure + " dB";
}

Result<std::shared_ptr<const Engine>> RunPlanned(const RunPlan& plan,
                                                 std::shared_ptr<const ort::Library> library,
                                                 const EngineOptions& options,
                                                 std::string native_refusal) {
  EngineInfo info = {.backend = Backend::kOrt,
                     .precision = {},
                     .precision_reason = {},
                     .runtime = "ONNX Runtime " + library->version(),
                     .library = library->path(),
                     .run = ChoiceOf(plan),
                     .session = options.session,
                     .native_refusal = std::move(native_refusal),
                     .note = plan.inexact};
  if (plan.mode == RunMode::kAudio) {
    DFN_TRY(auto graph, ort::AudioGraph::Load(std::move(library), plan, options.session));
    return std::shared_ptr<const Engine>(
        std::make_shared<AudioEngine>(std::move(graph), std::move(info)));
  }
  DFN_TRY(auto network, ort::NewNetwork(library, plan, options.session));
  if (!plan.inexact.empty()) {
    DFN_TRY(const auto snr_db, ort::MeasureInexact(library, plan, *network, options.session));
    info.note = NoteOf(plan.inexact, snr_db);
  }
  return std::shared_ptr<const Engine>(
      std::make_shared<NetworkEngine>(std::move(network), std::move(info)));
}

Result<SourceFiles> FilesToRun(const std::string& source, const EngineOptions& options) {
  if (!options.exact_export) return OpenFiles(source);
  DFN_TRY(const Model model, OpenModel(source));
  SourceFiles exact{.name = model.origin.source, .files = {}};
  DFN_TRY(exact.files, ExportModel(model, {}));
  return exact;
}

Result<RunPlan> PlanSource(const std::string& source, const EngineOptions& options) {
  DFN_TRY(const SourceFiles found, FilesToRun(source, options));
  return PlanRun(found.files, found.name, options.run);
}

Error Both(const Error& refusal, const std::string& words, const Error& other) {
  return {refusal.code, refusal.message + words + other.message};
}

Result<std::shared_ptr<const Engine>> OpenUnlifted(const std::string& source, const Error& refusal,
                                                   const EngineOptions& options) {
  const auto plan = PlanSource(source, options);
  if (!plan.ok()) {
    // That nothing is there to run, or the same again, says no more than the refusal.
    if (plan.error().code == ErrorCode::kNotFound || plan.error().message == refusal.message) {
      return refusal;
    }
    return Both(refusal, "; nor can ONNX Runtime run it: ", plan.error());
  }
  auto library = ort::Library::Open(options.ort_library);
  if (!library.ok()) return Both(refusal, "; to run it all the same: ", library.error());
  auto engine = RunPlanned(*plan, std::move(library).value(), options, refusal.message);
  if (!engine.ok()) return Both(refusal, "; nor can ONNX Runtime run it: ", engine.error());
  return engine;
}

}  // namespace

Result<std::shared_ptr<const Engine>> OpenEngine(const std::string& source,
                                                 const EngineOptions& options) {
  // ONNX Runtime's networks too run between this project's transforms.
  DFN_CHECK(PrepareKernelTarget());
  if (options.backend == Backend::kOrt) {
    DFN_TRY(const RunPlan plan, PlanSource(source, options));
    DFN_TRY(auto library, ort::Library::Open(options.ort_library));
    return RunPlanned(plan, std::move(library), options, "");
  }
  const auto model = OpenModel(source);
  if (model.ok()) return NewNativeEngine(*model, options);
  if (options.backend == Backend::kNative || !MayRunElsewhere(source, model.error())) {
    return model.error();
  }
  return OpenUnlifted(source, model.error(), options);
}

bool MayRunElsewhere(const std::string& source, const Error& refusal) {
  std::error_code ignored;
  if (!std::filesystem::exists(source, ignored) || IsCheckpoint(source)) return false;
  return refusal.code == ErrorCode::kUnsupported || refusal.code == ErrorCode::kMismatch ||
         refusal.code == ErrorCode::kNotFound;
}

Result<std::vector<RunMode>> FindModes(const std::string& source) {
  DFN_TRY(const SourceFiles found, OpenFiles(source));
  return FindRunModes(found.files, found.name);
}

Result<RunChoice> ChooseRun(const std::string& source, const RunPlanOptions& options) {
  EngineOptions engine;
  engine.run = options;
  DFN_TRY(const RunPlan plan, PlanSource(source, engine));
  return ChoiceOf(plan);
}

const char* BackendName(Backend backend) {
  switch (backend) {
    case Backend::kAuto:
      return "auto";
    case Backend::kNative:
      return "native";
    case Backend::kOrt:
      break;
  }
  return "ort";
}

}  // namespace dfn
