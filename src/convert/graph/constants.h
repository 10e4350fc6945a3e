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

// Whether the value is an initializer or a Constant node's output, or is computed from such alone
// by the operators of ReadFloats. Reads no values.
bool IsConstant(const DataFlow& flow, ValueId value);

// The values of such a constant in float32, computed by the operators that exporters leave between
// a tensor and its use: Abs, Add, Cast, Concat, ConstantOfShape, Div, Expand, Flatten, Gather,
// Identity, Mul, Neg, Reciprocal, Reshape, Shape, Slice, Split, Sqrt, Squeeze, Sub, Transpose,
// Unsqueeze. A cast to a shorter floating-point type does not round. The name is that of the first
// tensor that goes into it. Errors: kUnsupported (no constant, not floating-point, too much to
// compute), kCorrupt (a value that is not finite, a shape that does not fit).
Result<FloatConstant> ReadFloats(const DataFlow& flow, ValueId value);

// The same for a small vector of whole numbers, such as the amounts of a Pad node.
// Errors: kUnsupported.
Result<std::vector<int64_t>> ReadInts(const DataFlow& flow, ValueId value);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_GRAPH_CONSTANTS_H_
