// The model that is built into this program, if any (CMake option DEEPFILTER_EMBED_MODEL).
#ifndef DEEPFILTER_STORE_EMBEDDED_H_
#define DEEPFILTER_STORE_EMBEDDED_H_

#include <span>
#include <string_view>

#include "base/bytes.h"

namespace dfn {

struct EmbeddedFile {
  std::string_view name;  // "enc.onnx"
  Bytes bytes;            // in the program's read-only data, not compressed
};

// The known name ("dfn3") of the model built in, or empty. The build refuses
// a model whose sha256 is not the known one.
std::string_view EmbeddedModelName();

// Its files; empty when no model is built in.
std::span<const EmbeddedFile> EmbeddedModelFiles();

}  // namespace dfn

#endif  // DEEPFILTER_STORE_EMBEDDED_H_
