// Encoders that take a window of features and give the newest frame, as whole-sequence graphs.
#ifndef DEEPFILTER_CONVERT_LIFT_WHOLE_SEQUENCE_H_
#define DEEPFILTER_CONVERT_LIFT_WHOLE_SEQUENCE_H_

#include <string>

#include "base/result.h"
#include "formats/onnx/graph.h"

namespace dfn {

// The graph as it would be for a whole sequence, to be lifted: convolutions over time that have
// neither padding nor a history (a graph input put in front of them) become causal ones, and slices
// that keep the newest frames pass everything on. A graph without windows stays what it is. `file`
// is what messages call the graph. Errors: kCorrupt (DataFlow::Build), kUnsupported (a
// convolution's weight that cannot be read).
Result<onnx::Graph> ToWholeSequence(const onnx::Graph& graph, const std::string& file);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_WHOLE_SEQUENCE_H_
