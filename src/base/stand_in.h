// Files that hold something else in place of what their names promise.
#ifndef DEEPFILTER_BASE_STAND_IN_H_
#define DEEPFILTER_BASE_STAND_IN_H_

#include <cstddef>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace dfn {

// As many first bytes of a file as StandInText looks at.
inline constexpr size_t kStandInBytes = 256;

// What a file is and what to do about it, if it only stands in for a model or a sound: nothing at
// all, a Git LFS pointer, a web page, or a server's message. Reads "is ...; ...", without a
// subject. `start` is the file's beginning, kStandInBytes if it has as many; `size` its length.
std::optional<std::string> StandInText(Bytes start, size_t size);

}  // namespace dfn

#endif  // DEEPFILTER_BASE_STAND_IN_H_
