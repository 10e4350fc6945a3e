// The model that is built into this program, if any (CMake option DEEPFILTER_EMBED_MODEL).
#ifndef DEEPFILTER_STORE_EMBEDDED_H_
#define DEEPFILTER_STORE_EMBEDDED_H_

#include <string_view>

#include "base/bytes.h"

namespace dfn {

// The known name ("dfn3") of the model built in, or empty. The build refuses an archive whose sha256
// is not the known one.
std::string_view EmbeddedModelName();

// Its packed model file, in the program's read-only data; empty when no model is built in.
Bytes EmbeddedModel();

// The sum of sums of the official files that it was packed from, as ModelSha256
// (cli/enhance/model_sha256.h) makes it; empty when that is not known.
std::string_view EmbeddedFilesSha256();

}  // namespace dfn

#endif  // DEEPFILTER_STORE_EMBEDDED_H_
