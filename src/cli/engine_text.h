// The engine that runs a model, as text and as JSON.
#ifndef DEEPFILTER_CLI_ENGINE_TEXT_H_
#define DEEPFILTER_CLI_ENGINE_TEXT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "api/select/engine.h"

namespace dfn {

// "native, precision f32", "ONNX Runtime 1.32.0, mode stateful, form exact, 1 thread, provider
// cpu".
std::string EngineText(const EngineInfo& info);

// The keys are the same for every engine; a value that an engine does not have is null.
nlohmann::ordered_json EngineJson(const EngineInfo& info);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENGINE_TEXT_H_
