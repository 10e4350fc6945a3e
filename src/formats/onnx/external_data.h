// Tensors whose data lie in files beside the ONNX file, as torch.onnx.export writes them ("x.onnx"
// with "x.onnx.data").
#ifndef DEEPFILTER_FORMATS_ONNX_EXTERNAL_DATA_H_
#define DEEPFILTER_FORMATS_ONNX_EXTERNAL_DATA_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace dfn::onnx {

// Gives the bytes of the data file that an ONNX file calls `location`: a relative path below the
// ONNX file's folder, parts separated by slashes, without "..". The bytes must stay until
// InlineExternalData returns. The error's sentence goes behind the tensor's name and "keeps its
// data in <location>, ".
using FindDataFile = std::function<Result<Bytes>(const std::string& location)>;

// The ONNX file with all data inside: the same fields in the same order, with raw_data in the place
// of each reference. Nothing where the file keeps no data elsewhere, or is no ONNX file (ReadGraph
// says so). A checksum that a reference gives is of the whole data file and is not checked. `name`
// is the file's name in messages. Errors: those of `find`; kUnsupported (a location outside the
// model's folder), kCorrupt (a reference that makes no sense, a data file that is too short),
// kLimit (the result would be larger than limits.max_file_bytes).
Result<std::optional<std::vector<uint8_t>>> InlineExternalData(Bytes file, const std::string& name,
                                                               const FindDataFile& find,
                                                               const Limits& limits);

}  // namespace dfn::onnx

#endif  // DEEPFILTER_FORMATS_ONNX_EXTERNAL_DATA_H_
