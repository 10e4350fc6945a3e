// How ONNX Runtime would run a model, for `deepfilter inspect`.
#ifndef DEEPFILTER_CLI_MODELS_INSPECT_RUNS_H_
#define DEEPFILTER_CLI_MODELS_INSPECT_RUNS_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/select/engine.h"

namespace dfn {

struct InspectedRuns {
  std::vector<RunMode> modes;       // that the files allow
  std::optional<RunChoice> choice;  // what would be run
  std::string refusal;              // why there is no choice
};

// Needs no ONNX Runtime.
InspectedRuns InspectRuns(const std::string& source);

// Name and text of each line.
std::vector<std::pair<std::string, std::string>> DescribeRuns(const InspectedRuns& runs);
nlohmann::ordered_json RunsJson(const InspectedRuns& runs);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_INSPECT_RUNS_H_
