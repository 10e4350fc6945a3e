#include "api/select/engine.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "api/open/network.h"
#include "api/open/open.h"
#include "api/select/precision.h"
#include "base/printable.h"
#include "convert/export/export.h"
#include "convert/plan/run_reset.h"
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
  std::shared_ptr<const Network> network() const override { return network_; }
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
  std::shared_ptr<const Network> network() const override { return nullptr; }
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

// A file's weights stay rounded, whatever they are run as.
std::string OtherPrecision(const Model& model, Precision precision) {
  return model.origin.source + ": holds " + PrecisionName(model.precision) +
         " weights, which are run as " + PrecisionName(precision) +
         (precision == Precision::kF32 ? "; the sound stays that of "
                                       : "; that adds to the error of ") +
         PrecisionName(model.precision);
}

Result<std::shared_ptr<const Engine>> NewNativeEngine(const Model& model,
                                                      const EngineOptions& options) {
  EngineInfo info;
  std::shared_ptr<const Network> network;
  const bool reduced = model.precision != Precision::kF32;
  if (options.choose_precision && !reduced) {
    DFN_TRY(PrecisionChoice choice, ChoosePrecision([&](Precision precision) -> Result<double> {
              DFN_TRY(network, MakeNetwork(model, precision));
              return MeasureBusyShare(network);
            }));
    info.precision = choice.precision;
    info.precision_reason = std::move(choice.reason);
  } else {
    info.precision =
        options.choose_precision ? model.precision : options.precision.value_or(model.precision);
    if (options.choose_precision) {
      info.precision_reason =
          std::string("the model's file holds ") + PrecisionName(info.precision);
    }
    if (reduced && info.precision != model.precision)
      info.note = OtherPrecision(model, info.precision);
    DFN_TRY(network, MakeNetwork(model, info.precision));
  }
  return std::shared_ptr<const Engine>(
      std::make_shared<NetworkEngine>(std::move(network), std::move(info)));
}

// A cut that is right differs from the whole sequence by rounding, 100 dB and more below it.
constexpr double kExactDb = 60.0;
// Below this, another form is tried: a cut that misunderstands its graph may be worse than windows.
constexpr double kUsableDb = 20.0;

std::string Figure(double snr_db) {
  char figure[64];
  std::snprintf(figure, sizeof(figure), "%.1f dB", snr_db);
  return figure;
}

void AddNote(const std::string& sentence, std::string& note) {
  note += (note.empty() ? "" : "; ") + sentence;
}

// An engine with the SNR of its results against the whole sequence, where that was measured.
struct TriedEngine {
  std::shared_ptr<const Engine> engine;
  std::optional<double> snr_db;
};

// Runs one plan of a source with one library.
class PlannedRun {
 public:
  PlannedRun(const RunPlan& plan, std::shared_ptr<const ort::Library> library,
             const EngineOptions& options, std::string native_refusal)
      : plan_(plan),
        library_(std::move(library)),
        options_(options),
        info_{.backend = Backend::kOrt,
              .precision = {},
              .precision_reason = {},
              .runtime = "ONNX Runtime " + library_->version(),
              .library = library_->path(),
              .run = ChoiceOf(plan),
              .session = options.session,
              .native_refusal = std::move(native_refusal),
              .note = {}} {}

  Result<TriedEngine> Try() { return plan_.mode == RunMode::kAudio ? TryAudio() : TryNetwork(); }

 private:
  Result<TriedEngine> TryAudio() {
    DFN_TRY(auto graph, ort::AudioGraph::Load(library_, plan_, options_.session));
    const std::string file = Printable(plan_.audio->file);
    const ort::AudioDelay& delay = graph->delay();
    AddPlanNotes();
    info_.delay = delay.source;
    if (delay.source == ort::DelaySource::kMeasured) {
      char milliseconds[64];
      std::snprintf(
          milliseconds, sizeof(milliseconds), "%.1f ms",
          1e3 * static_cast<double>(delay.samples) / static_cast<double>(graph->sample_rate_hz()));
      AddNote(file + ": does not tell its delay, which was measured: " +
                  std::to_string(delay.samples) + " samples, " + milliseconds,
              info_.note);
    } else if (delay.source == ort::DelaySource::kUnknown) {
      AddNote(file +
                  ": does not tell its delay, and it could not be measured, so the delay stays "
                  "in the output",
              info_.note);
    }
    return TriedEngine{std::make_shared<AudioEngine>(std::move(graph), std::move(info_)), {}};
  }

  Result<TriedEngine> TryNetwork() {
    DFN_TRY(auto network, ort::NewNetwork(library_, plan_, options_.session));
    std::optional<double> snr_db;
    if (!plan_.whole.empty()) {
      const auto measured = ort::MeasureInexact(library_, plan_, *network, options_.session);
      DFN_CHECK(network->status());
      if (measured.ok()) snr_db = *measured;
    }
    AddPlanNotes();
    AddInexact(snr_db);
    DFN_CHECK(AddReset(*network));
    return TriedEngine{std::make_shared<NetworkEngine>(std::move(network), std::move(info_)),
                       snr_db};
  }

  void AddPlanNotes() {
    for (const std::string& sentence : plan_.notes) AddNote(sentence, info_.note);
  }

  void AddInexact(const std::optional<double>& snr_db) {
    std::string sentence = plan_.inexact;
    if (sentence.empty() && snr_db && *snr_db < kExactDb) {
      sentence = Printable(plan_.files) + ": the form " + RunFormName(plan_.form) +
                 " does not give what the whole sequence gives";
    }
    if (sentence.empty()) return;
    if (snr_db) {
      sentence += "; SNR of gains and coefficients against the whole sequence: " + Figure(*snr_db);
    }
    AddNote(sentence, info_.note);
  }

  // Errors: those of a run of the network.
  Status AddReset(const Network& network) {
    const auto reset = FindResetBefore(plan_);
    if (!reset) return {};
    std::string sentence = reset->why;
    if (reset->trained) {
      const auto trained = ort::NewNetwork(library_, *reset->trained, options_.session);
      if (trained.ok()) {
        sentence += "; SNR of gains and coefficients against the same files with 1: " +
                    Figure(ort::CompareNetworks(**trained, network));
      }
    }
    AddNote(sentence, info_.note);
    return network.status();
  }

  const RunPlan& plan_;
  const std::shared_ptr<const ort::Library> library_;
  const EngineOptions& options_;
  EngineInfo info_;
};

Result<SourceFiles> FilesToRun(const std::string& source, const EngineOptions& options) {
  if (!options.exact_export) return OpenFiles(source);
  DFN_TRY(const Model model, OpenModel(source));
  SourceFiles exact{.name = model.origin.source, .files = {}};
  DFN_TRY(exact.files, ExportModel(model, {}));
  return exact;
}

// A source that is to be run by ONNX Runtime, planned.
struct PlannedSource {
  SourceFiles files;
  RunPlan plan;
};

Result<PlannedSource> PlanSource(const std::string& source, const EngineOptions& options) {
  PlannedSource planned;
  DFN_TRY(planned.files, FilesToRun(source, options));
  DFN_TRY(planned.plan, PlanRun(planned.files.files, planned.files.name, options.run));
  return planned;
}

Status CheckRateKnown(const RunPlan& plan) {
  if (plan.mode != RunMode::kAudio || plan.sample_rate_hz) return {};
  return Error{ErrorCode::kInvalidArgument,
               Printable(plan.audio->file) +
                   ": neither the file nor a config.ini beside it tells the sampling rate that it "
                   "is made for; say it with --model-rate HZ"};
}

// Runs the best form that runs and is usable; if none is, the one nearest to the whole sequence.
Result<std::shared_ptr<const Engine>> RunPlanned(PlannedSource planned,
                                                 std::shared_ptr<const ort::Library> library,
                                                 const EngineOptions& options,
                                                 const std::string& native_refusal) {
  DFN_CHECK(CheckRateKnown(planned.plan));
  RunPlanOptions run = options.run;
  std::optional<Error> first_error;
  TriedEngine best;
  for (;;) {
    const RunForm form = planned.plan.form;
    auto tried = PlannedRun(planned.plan, library, options, native_refusal).Try();
    std::string why;
    if (tried.ok()) {
      const bool usable = !tried->snr_db || *tried->snr_db >= kUsableDb;
      if (usable && !best.engine) return std::move(tried->engine);
      if (!best.engine || !tried->snr_db || *tried->snr_db > *best.snr_db) {
        best = std::move(tried).value();
      }
      if (usable) break;
      why = Printable(planned.plan.files) + ": its form " + RunFormName(form) +
            " gives another result than the whole sequence (SNR " + Figure(*best.snr_db) + ")";
    } else {
      // An option that is wrong is wrong for every form.
      if (tried.error().code == ErrorCode::kInvalidArgument) return tried.error();
      if (!first_error) first_error = tried.error();
      why = tried.error().message;
    }
    run.failed.push_back({form, std::move(why)});
    auto next = PlanRun(planned.files.files, planned.files.name, run);
    if (!next.ok()) break;
    planned.plan = std::move(next).value();
  }
  if (best.engine) return best.engine;
  return *first_error;
}

Error Both(const Error& refusal, const std::string& words, const Error& other) {
  return {refusal.code, refusal.message + words + other.message};
}

Result<std::shared_ptr<const Engine>> OpenUnlifted(const std::string& source, const Error& refusal,
                                                   const EngineOptions& options) {
  auto plan = PlanSource(source, options);
  if (!plan.ok()) {
    // That nothing is there to run, or the same again, says no more than the refusal.
    if (plan.error().code == ErrorCode::kNotFound || plan.error().message == refusal.message) {
      return refusal;
    }
    if (plan.error().code == ErrorCode::kInvalidArgument) return plan.error();
    return Both(refusal, "; nor can ONNX Runtime run it: ", plan.error());
  }
  auto library = ort::Library::Open(options.ort_library);
  if (!library.ok()) return Both(refusal, "; to run it all the same: ", library.error());
  auto engine =
      RunPlanned(std::move(plan).value(), std::move(library).value(), options, refusal.message);
  if (engine.ok() || engine.error().code == ErrorCode::kInvalidArgument) return engine;
  return Both(refusal, "; nor can ONNX Runtime run it: ", engine.error());
}

}  // namespace

Result<std::shared_ptr<const Engine>> OpenEngine(const std::string& source,
                                                 const EngineOptions& options) {
  // ONNX Runtime's networks too run between this project's transforms.
  DFN_CHECK(PrepareTarget());
  if (options.backend == Backend::kOrt) {
    DFN_TRY(PlannedSource planned, PlanSource(source, options));
    DFN_TRY(auto library, ort::Library::Open(options.ort_library));
    return RunPlanned(std::move(planned), std::move(library), options, "");
  }
  const auto model = OpenModel(source);
  if (model.ok()) {
    DFN_CHECK(CheckModelRate(options.run, model->config.sample_rate_hz, model->origin.source));
    return NewNativeEngine(*model, options);
  }
  if (options.backend == Backend::kNative || !MayRunElsewhere(source, model.error())) {
    return model.error();
  }
  return OpenUnlifted(source, model.error(), options);
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
