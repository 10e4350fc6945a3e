#include "convert/plan/run_reset.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "convert/graph/graph_edit.h"
#include "formats/onnx/graph.h"
#include "formats/onnx/writer.h"

namespace dfn {
namespace {

constexpr char kResetAfter[] = "linear_before_reset";

bool ResetsBefore(const onnx::Node& node) { return IsGru(node) && node.Int(kResetAfter, 0) == 0; }

// The stage with 1 in every GRU; nothing where its graph cannot be written.
std::optional<std::vector<uint8_t>> Trained(onnx::Graph graph, const std::string& file) {
  for (onnx::Node& node : graph.nodes) {
    if (!ResetsBefore(node)) continue;
    std::erase_if(node.attributes, [](const auto& a) { return a.name == kResetAfter; });
    node.attributes.push_back({.name = kResetAfter, .value = int64_t{1}});
  }
  if (!CheckAttributesKept(graph, file).ok()) return std::nullopt;
  auto bytes = onnx::WriteGraph(graph);
  if (!bytes.ok()) return std::nullopt;
  return std::move(bytes).value();
}

}  // namespace

std::optional<ResetBefore> FindResetBefore(const RunPlan& plan, const Limits& limits) {
  // The exact form is this program's own export.
  if (plan.mode == RunMode::kAudio || plan.form == RunForm::kExact) return std::nullopt;
  ResetBefore found;
  RunPlan trained = plan;
  bool written = true;
  for (auto* stages : {&trained.encoder, &trained.erb_decoder, &trained.df_decoder}) {
    for (RunStage& stage : *stages) {
      const std::vector<uint8_t> model = stage.model;
      const auto graph = onnx::ReadGraph(Bytes(model), stage.file, limits);
      if (!graph.ok()) continue;
      const auto gru = std::find_if(graph->nodes.begin(), graph->nodes.end(), ResetsBefore);
      if (gru == graph->nodes.end()) continue;
      if (found.why.empty()) {
        found.why = stage.file + ": " + DescribeNode(*gru) +
                    " has linear_before_reset = 0, where a network trained with PyTorch has 1; it "
                    "runs as written";
      }
      auto bytes = Trained(*graph, stage.file);
      written = written && bytes.has_value();
      if (bytes) stage.model = std::move(*bytes);
    }
  }
  if (found.why.empty()) return std::nullopt;
  if (written) found.trained = std::move(trained);
  return found;
}

}  // namespace dfn
