// Turns encoders that take a window of features and give the newest frame into whole-sequence
// graphs.
#ifndef DEEPFILTER_CONVERT_LIFT_WHOLE_SEQUENCE_H_
#define DEEPFILTER_CONVERT_LIFT_WHOLE_SEQUENCE_H_

#include <string>

#include "base/result.h"
#include "formats/onnx/graph.h"

namespace dfn {

// Returns the graph as it would be for a whole sequence, for lifting: convolutions over time that
// have neither padding nor a history (a graph input put in front of them) become causal, and slices
// that keep the newest frames pass everything on. A graph without windows does not change. Messages
// call the graph `file`. Errors: kCorrupt (DataFlow::Build), kUnsupported (a convolution's weight
// that cannot be read).
Result<onnx::Graph> ToWholeSequence(const onnx::Graph& graph, const std::string& file);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_WHOLE_SEQUENCE_H_
