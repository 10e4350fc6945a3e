#include "cli/engine_options.h"

#include <string>
#include <vector>

#include "audio/sound_format.h"
#include "base/path_text.h"
#include "base/precision_name.h"
#include "cli/arguments.h"

namespace dfn {
namespace {

// More threads than this no machine has that these networks are run on.
constexpr int kMostThreads = 1024;
constexpr size_t kMostWindowFrames = 1000;

constexpr char kAutoPrecision[] = "auto";

std::vector<std::string> PrecisionNames() {
  std::vector<std::string> names;
  for (const Precision precision : Precisions()) names.emplace_back(PrecisionName(precision));
  names.emplace_back(kAutoPrecision);
  return names;
}

std::vector<std::string> ModeNames() {
  std::vector<std::string> names;
  for (const RunMode mode : {RunMode::kSplit, RunMode::kCombinedStreaming, RunMode::kStateful,
                             RunMode::kStateless, RunMode::kAudio}) {
    names.emplace_back(RunModeName(mode));
  }
  return names;
}

Backend BackendOf(const std::string& name) {
  for (const Backend backend : {Backend::kNative, Backend::kOrt}) {
    if (name == BackendName(backend)) return backend;
  }
  return Backend::kAuto;
}

// The first option given that is ONNX Runtime's alone, or null.
const char* OrtOption(const EngineFlags& flags) {
  if (flags.mode) return "--mode";
  if (flags.window_frames) return "--window";
  if (flags.provider) return "--provider";
  if (flags.ort_threads) return "--ort-threads";
  return flags.ort_library.empty() ? nullptr : "--ort-library";
}

Error Contradiction(const std::string& sentence) { return {ErrorCode::kInvalidArgument, sentence}; }

// Which of the two is asked for, by name or by an option that only one of them has.
Result<Backend> BackendAskedFor(const EngineFlags& flags) {
  const char* ort_option = OrtOption(flags);
  if (ort_option != nullptr && flags.backend == Backend::kNative) {
    return Contradiction(std::string(ort_option) +
                         " is for ONNX Runtime; leave it or --backend native");
  }
  if (flags.precision.empty()) {
    return ort_option != nullptr ? Backend::kOrt : flags.backend.value_or(Backend::kAuto);
  }
  if (flags.backend == Backend::kOrt) {
    return Contradiction("--precision is for the native network; leave it or --backend ort");
  }
  if (ort_option != nullptr) {
    return Contradiction(std::string("--precision is for the native network, ") + ort_option +
                         " for ONNX Runtime; leave one of them");
  }
  return Backend::kNative;
}

}  // namespace

void DefineOrtSession(Arguments& command, EngineFlags& flags) {
  command.Option("--provider", &flags.provider);
  command.Option("--ort-threads", &flags.ort_threads, {.range = {{1, kMostThreads}}});
  command.Option("--ort-library", &flags.ort_library);
}

void DefineModelRate(Arguments& command, EngineFlags& flags) {
  command.Option("--model-rate", &flags.model_rate_hz, {.range = {{kMinRateHz, kMaxRateHz}}});
}

void DefineSimd(Arguments& command, std::string& simd) { command.Option("--simd", &simd); }

void DefineEngine(Arguments& command, EngineFlags& flags) {
  command.Choice("--backend", {"auto", "native", "ort"},
                 [&](const std::string& name) { flags.backend = BackendOf(name); });
  command.Option("--precision", &flags.precision, {.choices = PrecisionNames()});
  command.Choice("--mode", ModeNames(),
                 [&](const std::string& name) { flags.mode = FindRunMode(name); });
  command.Option("--window", &flags.window_frames, {.range = {{1, kMostWindowFrames}}});
  DefineModelRate(command, flags);
  DefineSimd(command, flags.simd);
  DefineOrtSession(command, flags);
}

Result<EngineOptions> EngineOptionsOf(const EngineFlags& flags) {
  EngineOptions options;
  DFN_TRY(options.backend, BackendAskedFor(flags));
  options.choose_precision = flags.precision == kAutoPrecision;
  options.precision = FindPrecision(flags.precision);
  options.run.mode = flags.mode;
  options.run.window_frames = flags.window_frames;
  options.run.sample_rate_hz = flags.model_rate_hz;
  options.session.provider = flags.provider.value_or(options.session.provider);
  options.session.threads = flags.ort_threads.value_or(options.session.threads);
  options.ort_library = PathOf(flags.ort_library);
  return options;
}

}  // namespace dfn
