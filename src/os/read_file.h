// One file's bytes, within limits.
#ifndef DEEPFILTER_OS_READ_FILE_H_
#define DEEPFILTER_OS_READ_FILE_H_

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace dfn {

// All bytes of a regular file. Errors: kNotFound, kIo (not a regular file, not readable), kLimit
// (larger than limits.max_file_bytes).
Result<std::vector<uint8_t>> ReadFile(const std::filesystem::path& path, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_OS_READ_FILE_H_
