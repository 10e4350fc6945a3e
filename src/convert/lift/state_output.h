// Which output of a network's graph is the next value of a state.
#ifndef DEEPFILTER_CONVERT_LIFT_STATE_OUTPUT_H_
#define DEEPFILTER_CONVERT_LIFT_STATE_OUTPUT_H_

#include <string>
#include <string_view>

#include "convert/config/value_names.h"
#include "convert/graph/graph_edit.h"
#include "formats/onnx/graph.h"

namespace dfn {

// The output X1 that belongs to the state input X0; null when `input` is no state.
inline const onnx::ValueInfo* StateOutputOf(const onnx::Graph& graph, std::string_view input) {
  if (!IsStateInputName(input)) return nullptr;
  return FindOutput(graph, std::string(input.substr(0, input.size() - 1)) + "1");
}

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_STATE_OUTPUT_H_
