// Reads one TensorProto.
#ifndef DEEPFILTER_FORMATS_ONNX_READ_TENSOR_H_
#define DEEPFILTER_FORMATS_ONNX_READ_TENSOR_H_

#include "base/result.h"
#include "formats/onnx/graph.h"
#include "formats/onnx/protobuf.h"
#include "formats/onnx/wire.h"

namespace dfn::onnx {

// `message` is the TensorProto's content, which raw data in the result points into. Counts one
// tensor of the context's limit, and makes the tensor's name the subject of messages.
// Errors: kCorrupt (data that does not fit shape and type), kLimit, kUnsupported (external data,
// segments, types that are not in DataType or have no numbers). Throws protozero::exception.
Result<Tensor> ReadTensor(protozero::pbf_reader message, Context& context);

}  // namespace dfn::onnx

#endif  // DEEPFILTER_FORMATS_ONNX_READ_TENSOR_H_
