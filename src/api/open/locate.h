// Finds on this machine the model that a user names.
#ifndef DEEPFILTER_API_OPEN_LOCATE_H_
#define DEEPFILTER_API_OPEN_LOCATE_H_

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace dfn {

// `source` as in OpenModel. A path that exists comes first, then what is built in (no path), then
// the verified archive of a known model in the cache. Errors: kNotFound with the sentence that says
// how to get the model, kCorrupt (an archive in the cache with another sha256), kIo.
Result<std::optional<std::filesystem::path>> LocateModel(const std::string& source);

}  // namespace dfn

#endif  // DEEPFILTER_API_OPEN_LOCATE_H_
