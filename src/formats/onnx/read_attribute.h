// Reads one AttributeProto.
#ifndef DEEPFILTER_FORMATS_ONNX_READ_ATTRIBUTE_H_
#define DEEPFILTER_FORMATS_ONNX_READ_ATTRIBUTE_H_

#include "base/result.h"
#include "formats/onnx/graph.h"
#include "formats/onnx/protobuf.h"
#include "formats/onnx/wire.h"

namespace dfn::onnx {

// `message` is the AttributeProto's content, and the context's part is its node. Kinds that the
// reader does not keep come back as std::monostate.
// Errors: kCorrupt, kLimit, those of ReadTensor. Throws protozero::exception.
Result<Attribute> ReadAttribute(protozero::pbf_reader message, Context& context);

}  // namespace dfn::onnx

#endif  // DEEPFILTER_FORMATS_ONNX_READ_ATTRIBUTE_H_
