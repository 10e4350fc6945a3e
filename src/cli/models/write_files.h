// Writes several files into a folder: all of them, or none.
#ifndef DEEPFILTER_CLI_MODELS_WRITE_FILES_H_
#define DEEPFILTER_CLI_MODELS_WRITE_FILES_H_

#include <filesystem>
#include <span>

#include "base/bytes.h"
#include "base/result.h"

namespace dfn {

// The folder is made if it is missing. Each file is complete under a temporary name before the
// first gets its own. Errors: kExists (unless `replace`), kIo.
Status WriteFiles(const std::filesystem::path& folder, std::span<const NamedBytes> files,
                  bool replace);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MODELS_WRITE_FILES_H_
