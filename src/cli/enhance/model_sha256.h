// What tells one model from another.
#ifndef DEEPFILTER_CLI_ENHANCE_MODEL_SHA256_H_
#define DEEPFILTER_CLI_ENHANCE_MODEL_SHA256_H_

#include <string>

#include "base/result.h"

namespace dfn {

// The SHA-256 of a list of the model's files, sorted by name, a line each as sha256sum prints it
// ("SUM  NAME"): the same for a folder, an archive and the built-in model with these files. A
// checkpoint counts as the files of its exact export, a packed model file as one of the name
// model.dfn. `source` is one of OpenModel's.
// Errors: those of OpenFiles, ReadFile; kIo (libcrypto refuses to work).
Result<std::string> ModelSha256(const std::string& source);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_MODEL_SHA256_H_
