// Chooses which of a model's files run.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_MODES_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_MODES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "convert/plan/run_plan.h"
#include "formats/onnx/graph.h"

namespace dfn {

struct GraphFile {
  std::string name;   // "enc.onnx"
  std::string label;  // FileLabel
  onnx::Graph graph;  // inputs and outputs without prefixes ("enc/lsnr")
  std::shared_ptr<const std::vector<uint8_t>> model;  // the file, rewritten if it had prefixes
  std::vector<RunState> states;
};

struct ModeFiles {
  RunMode mode = RunMode::kStateless;
  std::vector<GraphFile> graphs;  // in the order of a run; empty with mode audio
};

// The first mode that the files allow, or the one asked for. Errors: those of PlanRun.
Result<ModeFiles> ChooseMode(std::span<const NamedBytes> files, const std::string& source,
                             std::optional<RunMode> mode, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_MODES_H_
