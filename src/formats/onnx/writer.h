// Writes an ONNX file from the plain values of `graph.h`.
#ifndef DEEPFILTER_FORMATS_ONNX_WRITER_H_
#define DEEPFILTER_FORMATS_ONNX_WRITER_H_

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "formats/onnx/graph.h"

namespace dfn::onnx {

// The bytes of a ModelProto. Equal graphs give equal bytes: fields are written in a fixed order,
// and tensors always as little-endian raw_data, whichever of their fields holds the values.
// Nodes of the domain com.microsoft are written with its only version, 1.
// Errors: kInvalidArgument (a tensor whose values do not fill its shape), kUnsupported (an
// attribute without a value, string tensors, domains whose version the graph does not hold), kLimit
// (2 GiB, which no protobuf message may exceed); the sentence names graph, node and tensor.
[[nodiscard]] Result<std::vector<uint8_t>> WriteGraph(const Graph& graph);

}  // namespace dfn::onnx

#endif  // DEEPFILTER_FORMATS_ONNX_WRITER_H_
