// Makes the hidden state of a graph's GRUs an input and an output.
#ifndef DEEPFILTER_CONVERT_SURGERY_HIDDEN_STATE_H_
#define DEEPFILTER_CONVERT_SURGERY_HIDDEN_STATE_H_

#include <string>

#include "base/result.h"
#include "formats/onnx/graph.h"

namespace dfn {

// The graph with its GRUs' state [L, 1, H] as input `stem`0 and output `stem`1, L layers in the
// order of execution. A state that is already there gets these names; GRUs that start from zeros,
// or from an input that does not come out again, are given one. What then serves nothing is left
// out, and the nodes are put into an order of execution. Errors: kUnsupported (no GRU, several
// states, two directions, layers of different sizes, names in use), kCorrupt.
Result<onnx::Graph> WithHiddenState(const onnx::Graph& graph, const std::string& file,
                                    const std::string& stem);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_SURGERY_HIDDEN_STATE_H_
