// Makes the hidden state of a graph's GRUs an input and an output.
#ifndef DEEPFILTER_CONVERT_SURGERY_HIDDEN_STATE_H_
#define DEEPFILTER_CONVERT_SURGERY_HIDDEN_STATE_H_

#include <string>

#include "base/result.h"
#include "formats/onnx/graph.h"

namespace dfn {

// The graph with its GRUs' state [L, 1, H] as input `stem`0 and output `stem`1, with L layers in
// the order of execution. If the GRUs have a state, it is renamed; if they start from zeros, or
// from an input without an output that follows it, they are given one. Nodes that no output depends
// on are left out, and the others are put into an order of execution. Errors: kUnsupported (no GRU,
// several states, two directions, layers of different sizes, names in use), kCorrupt.
Result<onnx::Graph> WithHiddenState(const onnx::Graph& graph, const std::string& file,
                                    const std::string& stem);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_SURGERY_HIDDEN_STATE_H_
