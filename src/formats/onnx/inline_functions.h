// Functions that an ONNX file defines for itself (FunctionProto), and calls to them.
#ifndef DEEPFILTER_FORMATS_ONNX_INLINE_FUNCTIONS_H_
#define DEEPFILTER_FORMATS_ONNX_INLINE_FUNCTIONS_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "formats/onnx/graph.h"
#include "formats/onnx/wire.h"

namespace dfn::onnx {

struct LocalFunction {
  std::string domain;
  std::string name;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<Attribute> defaults;  // of attributes that a call may leave out
  std::vector<Node> nodes;
};

// Replaces each call by the function's nodes, whose inner values get names of their own. Errors:
// kLimit (more nodes or bytes than the limits allow, calls within calls without an end), kUnsupported (two
// functions of one name).
Status InlineFunctions(const std::vector<LocalFunction>& functions, std::vector<Node>& nodes,
                       const Context& context);

}  // namespace dfn::onnx

#endif  // DEEPFILTER_FORMATS_ONNX_INLINE_FUNCTIONS_H_
