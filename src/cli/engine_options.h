// Which engine runs a model: the options that the commands share.
#ifndef DEEPFILTER_CLI_ENGINE_OPTIONS_H_
#define DEEPFILTER_CLI_ENGINE_OPTIONS_H_

#include <optional>
#include <string>

#include "api/select/engine.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace dfn {

// As written by the user; what was not given is empty.
struct EngineFlags {
  std::optional<Backend> backend;
  std::string precision;  // or "auto"
  std::optional<RunMode> mode;
  std::optional<size_t> window_frames;
  std::optional<std::string> provider;
  std::optional<int> ort_threads;
  std::string ort_library;
  std::string simd;
};

// --backend, --precision, --mode, --window, --simd and those of DefineOrtSession.
void DefineEngine(CLI::App& command, EngineFlags& flags);

// --simd: the instruction set of the native network and of all transforms.
void DefineSimd(CLI::App& command, std::string& simd);

// --provider, --ort-threads, --ort-library: how ONNX Runtime is set up, whatever it runs.
void DefineOrtSession(CLI::App& command, EngineFlags& flags);

// An option of ONNX Runtime's asks for ONNX Runtime, --precision for the native network. Errors:
// kInvalidArgument (--backend with the other one, or both).
Result<EngineOptions> EngineOptionsOf(const EngineFlags& flags);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENGINE_OPTIONS_H_
