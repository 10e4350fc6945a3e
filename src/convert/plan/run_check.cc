#include "convert/plan/run_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>
#include <vector>

#include "base/printable.h"
#include "convert/config/value_names.h"
#include "convert/graph/graph_edit.h"
#include "convert/plan/run_states.h"

namespace dfn {
namespace {

bool IsFinite(const onnx::Tensor& tensor) {
  const auto values = onnx::ToFloats(tensor);
  if (!values.ok()) return true;  // integers
  const bool single = values->size() == 1;
  return std::all_of(values->begin(), values->end(), [&](float value) {
    return single ? !std::isnan(value) : std::isfinite(value);
  });
}

// The innermost dimension.
Status CheckWidthOf(const onnx::ValueInfo* value, size_t expected, const char* key,
                    const std::string& file) {
  if (value == nullptr || value->dims.empty() || value->dims.back() < 0) return {};
  if (value->dims.back() == static_cast<int64_t>(expected)) return {};
  return Error{ErrorCode::kMismatch, file + ": " + Quoted(value->name) + " has shape " +
                                         onnx::ShapeText(value->dims) + ", expected " +
                                         std::to_string(expected) + " at the end (" + key +
                                         " in config.ini)"};
}

}  // namespace

Status CheckFiniteWeights(const NamedGraph& named) {
  const auto fail = [&](const std::string& name) {
    return Error{ErrorCode::kCorrupt,
                 named.file + ": tensor " + Quoted(name) + " holds a number that is not finite"};
  };
  for (const onnx::Tensor& tensor : named.graph.initializers) {
    if (!IsFinite(tensor)) return fail(tensor.name);
  }
  for (const onnx::Node& node : named.graph.nodes) {
    for (const onnx::Attribute& attribute : node.attributes) {
      const auto* tensor = std::get_if<onnx::Tensor>(&attribute.value);
      if (tensor == nullptr || IsFinite(*tensor)) continue;
      return fail(node.outputs.empty() ? node.name : node.outputs[0]);
    }
  }
  return {};
}

Status CheckConfigWidths(const NamedGraph& named, const Config& config) {
  const onnx::Graph& graph = named.graph;
  DFN_CHECK(CheckWidthOf(FindInput(graph, "feat_erb"), config.erb_bands, "nb_erb", named.file));
  DFN_CHECK(CheckWidthOf(FindInput(graph, "feat_spec"), config.df_bins, "nb_df", named.file));
  return CheckWidthOf(FindOutput(graph, "m"), config.erb_bands, "nb_erb", named.file);
}

Status CheckInputsKnown(const NamedGraph& named, const std::vector<RunState>& states,
                        std::span<const std::string> known) {
  for (const onnx::ValueInfo& input : named.graph.inputs) {
    if (IsFeatureName(input.name) || FindState(states, input.name) != nullptr) continue;
    if (std::find(known.begin(), known.end(), input.name) != known.end()) continue;
    return Error{ErrorCode::kUnsupported,
                 named.file + ": input " + Quoted(input.name) +
                     " is neither a feature, nor what another graph gives, nor a state that comes "
                     "out again"};
  }
  return {};
}

}  // namespace dfn
