// The options that choose the engine which runs a model; several commands share them.
#ifndef DEEPFILTER_CLI_ENGINE_OPTIONS_H_
#define DEEPFILTER_CLI_ENGINE_OPTIONS_H_

#include <optional>
#include <string>

#include "api/select/engine.h"
#include "base/result.h"

namespace dfn {

class Arguments;

// The options as the user wrote them; an option that was not given is empty.
struct EngineFlags {
  std::optional<Backend> backend;
  std::string precision;  // or "auto"
  std::optional<RunMode> mode;
  std::optional<size_t> window_frames;
  std::optional<size_t> model_rate_hz;
  std::optional<std::string> provider;
  std::optional<int> ort_threads;
  std::string ort_library;
  std::string simd;
};

// --backend, --precision, --mode, --window, --model-rate, --simd and those of DefineOrtSession.
void DefineEngine(Arguments& command, EngineFlags& flags);

// --model-rate: the sampling rate of a model that does not tell it.
void DefineModelRate(Arguments& command, EngineFlags& flags);

// --simd: the instruction set of the native network and of all transforms.
void DefineSimd(Arguments& command, std::string& simd);

// --provider, --ort-threads, --ort-library: the settings of an ONNX Runtime session.
void DefineOrtSession(Arguments& command, EngineFlags& flags);

// An option that only ONNX Runtime has implies --backend ort; --precision implies --backend native.
// Errors: kInvalidArgument (--backend names the other engine, or options imply both).
Result<EngineOptions> EngineOptionsOf(const EngineFlags& flags);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENGINE_OPTIONS_H_
