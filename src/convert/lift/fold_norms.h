// Takes batch normalisations out of a graph.
#ifndef DEEPFILTER_CONVERT_LIFT_FOLD_NORMS_H_
#define DEEPFILTER_CONVERT_LIFT_FOLD_NORMS_H_

#include <optional>

#include "base/result.h"
#include "convert/graph/named_graph.h"
#include "formats/onnx/graph.h"

namespace dfn {

// The graph with each BatchNormalization folded into the convolution that alone feeds it, for
// lifting: exporters fold them unless they are told not to. Nothing where there is none to fold;
// those that do not follow a convolution stay. The graph must outlive the result, which reads its
// tensors. Errors: kCorrupt (DataFlow::Build, a value that is not finite), kUnsupported (a weight
// that is no constant), kMismatch (shapes that do not fit), kLimit (too many weights).
Result<std::optional<onnx::Graph>> FoldNorms(const NamedGraph& graph);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LIFT_FOLD_NORMS_H_
