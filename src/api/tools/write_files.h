// Writes several files into a folder: all of them, or none.
#ifndef DEEPFILTER_API_TOOLS_WRITE_FILES_H_
#define DEEPFILTER_API_TOOLS_WRITE_FILES_H_

#include <filesystem>
#include <functional>
#include <span>

#include "base/bytes.h"
#include "base/result.h"

namespace dfn {

// The folder is made if it is missing. Each file is complete under a temporary name before the
// first gets its own. `before_names`, which may be empty, is called in between; its error leaves
// nothing behind. Errors: kExists (unless `replace`), kIo, those of `before_names`.
Status WriteFiles(const std::filesystem::path& folder, std::span<const NamedBytes> files,
                  bool replace, const std::function<Status()>& before_names = {});

}  // namespace dfn

#endif  // DEEPFILTER_API_TOOLS_WRITE_FILES_H_
