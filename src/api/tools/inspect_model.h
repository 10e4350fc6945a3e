// What a model is and how ONNX Runtime would run it: the work of `deepfilter inspect` and of
// dfn_inspect. Not real-time; any thread.
#ifndef DEEPFILTER_API_TOOLS_INSPECT_MODEL_H_
#define DEEPFILTER_API_TOOLS_INSPECT_MODEL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/select/run_choice.h"
#include "api/tools/tool_steps.h"
#include "base/result.h"
#include "model/model.h"

namespace dfn {

struct InspectedRuns {
  std::vector<RunMode> modes;       // that the files allow
  std::optional<RunChoice> choice;  // what would be run
  std::string refusal;              // why there is no choice
};

struct Inspection {
  std::string source;          // as it was asked for
  std::optional<Model> model;  // empty where it does not lift and ONNX Runtime may run it
  std::string refusal;         // why it does not lift
  InspectedRuns runs;
};

// Opens a source (OpenModel) and plans how ONNX Runtime, which need not be there, would run it.
// Errors: those of OpenModel, unless ONNX Runtime may run what was refused; those of `step`.
Result<Inspection> InspectModel(const std::string& source, const StepFunction& step = {});

// The JSON of `deepfilter inspect --json`.
std::string InspectionText(const Inspection& found);

// "frame", "window", ...
std::vector<std::string> RunModeNames(const std::vector<RunMode>& modes);

// What samples at the network's rate last, and how far the network looks ahead.
double Milliseconds(size_t samples, const Config& config);
size_t LookaheadSamples(const Config& config);

}  // namespace dfn

#endif  // DEEPFILTER_API_TOOLS_INSPECT_MODEL_H_
