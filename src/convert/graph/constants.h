// Reads a graph's constants from wherever an exporter or a simplifier has put them.
#ifndef DEEPFILTER_CONVERT_GRAPH_CONSTANTS_H_
#define DEEPFILTER_CONVERT_GRAPH_CONSTANTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "convert/graph/data_flow.h"

namespace dfn {

// A constant's values under the name its tensor has in the file.
struct FloatConstant {
  std::string name;
  std::vector<int64_t> dims;
  std::vector<float> values;
};

// Whether the value is an initializer or a Constant node's output, or a view of one.
bool IsConstant(const DataFlow& flow, ValueId value);

// The values of such a constant, after Identity, Cast, Reshape, Squeeze, Unsqueeze and Transpose
// nodes between tensor and value. Errors: kUnsupported (no constant, or not floating-point),
// kCorrupt (a value that is not finite, a shape that does not fit).
Result<FloatConstant> ReadFloats(const DataFlow& flow, ValueId value);

// A small vector of integers, such as the amounts of a Pad node, computed from constants only by
// the operators that PyTorch writes in front of Pad (Cast, Concat, ConstantOfShape, Identity,
// Reshape, Slice, Squeeze, Transpose, Unsqueeze). Errors: kUnsupported.
Result<std::vector<int64_t>> ReadInts(const DataFlow& flow, ValueId value);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_CONSTANTS_H_
