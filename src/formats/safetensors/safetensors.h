// safetensors: files of named tensors in which no code can run.
#ifndef DEEPFILTER_FORMATS_SAFETENSORS_SAFETENSORS_H_
#define DEEPFILTER_FORMATS_SAFETENSORS_SAFETENSORS_H_

#include <string>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/tensor_values.h"

namespace dfn {

// Reads all tensors of a safetensors file: the length of a header in 8 bytes, the header in JSON,
//   {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ..,
//    "__metadata__": {"key": "text", ..}}
// and the values, whose offsets count from the header's end. Types are F64, F32, F16, BF16, I64,
// I32, I16, I8, U8 and BOOL. `name` is the file's name in messages.
// Errors: kCorrupt (structure, bounds, a name twice), kLimit (max_file_bytes, max_tensors,
// max_name_bytes, sizes of tensors; max_archive_bytes for all values together), kUnsupported (other
// types).
[[nodiscard]] Result<StateDict> ReadSafetensors(Bytes file, const std::string& name,
                                                const Limits& limits);

// Whether these bytes, the first ones of a file, begin like a safetensors file.
bool LooksLikeSafetensors(Bytes start);

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_SAFETENSORS_SAFETENSORS_H_
