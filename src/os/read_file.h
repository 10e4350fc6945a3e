// One file's bytes, within limits.
#ifndef DEEPFILTER_OS_READ_FILE_H_
#define DEEPFILTER_OS_READ_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/memory_source.h"
#include "base/result.h"

namespace dfn {

// All bytes of a regular file. Errors: kNotFound, kIo (not a regular file, not readable), kLimit
// (larger than limits.max_file_bytes).
Result<std::vector<uint8_t>> ReadFile(const std::filesystem::path& path, const Limits& limits);

// The bytes of a file in memory of a source.
struct FileBlock {
  MemoryBlock block;
  size_t size = 0;
  Bytes bytes() const { return {static_cast<const uint8_t*>(block.data()), size}; }
};

// ReadFile, on large pages where the system has them: for files of megabytes that stay in memory.
Result<FileBlock> ReadFileBlock(const std::filesystem::path& path, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_OS_READ_FILE_H_
