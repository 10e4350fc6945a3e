// Files that a command writes beside its sounds, or makes of them: pictures, reports, tables.
#ifndef DEEPFILTER_CLI_SIDE_FILE_H_
#define DEEPFILTER_CLI_SIDE_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dfn {

// Whether a name ends with "." and that extension, in any case.
bool HasExtension(const std::string& file, std::string_view extension);

// Before any work, which an error at the end would waste: refuses a `file` that is one of the inputs,
// by whatever name and with -f too, that exists unless `replace`, or that cannot be written. `what` it
// is ("picture") is for the sentence. Errors: kInvalidArgument, kExists, kIo.
Status CheckSideFile(const std::string& file, const std::vector<std::string>& inputs,
                     const std::string& what, bool replace);

// Whether a `file` may take the place of what has its name: nothing, an empty file, or one that this
// program made, which has `mark` near its start. Error: kInvalidArgument.
inline constexpr size_t kMostMarkBytes = 512;
Status CheckReplacesOwn(const std::string& file, std::string_view mark, const std::string& what);

// Writes it whole or not at all, and removes what killed runs left half-written in its folder. Errors:
// those of AtomicFile.
Status WriteSideFile(const std::string& file, std::string_view bytes, bool replace);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_SIDE_FILE_H_
