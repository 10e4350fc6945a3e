#include "os/read_file.h"

#include <fstream>
#include <string>
#include <system_error>

#include "base/path_text.h"
#include "os/large_pages.h"

namespace dfn {
namespace {

Result<size_t> SizeOf(const std::filesystem::path& path, const Limits& limits) {
  const std::string name = PathText(path);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return Error{ErrorCode::kNotFound, name + ": does not exist"};
  }
  if (!std::filesystem::is_regular_file(path, error)) {
    return Error{ErrorCode::kIo, name + ": is not a regular file"};
  }
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return Error{ErrorCode::kIo, name + ": " + error.message()};
  if (size > limits.max_file_bytes) {
    return Error{ErrorCode::kLimit, name + ": has " + std::to_string(size) +
                                        " bytes, the limit is " +
                                        std::to_string(limits.max_file_bytes)};
  }
  return static_cast<size_t>(size);
}

Status ReadTo(const std::filesystem::path& path, size_t size, void* to) {
  std::ifstream file(path, std::ios::binary);
  file.read(static_cast<char*>(to), static_cast<std::streamsize>(size));
  if (!file) return Error{ErrorCode::kIo, PathText(path) + ": cannot be read"};
  return {};
}

}  // namespace

Result<std::vector<uint8_t>> ReadFile(const std::filesystem::path& path, const Limits& limits) {
  DFN_TRY(const size_t size, SizeOf(path, limits));
  std::vector<uint8_t> bytes(size);
  DFN_CHECK(ReadTo(path, size, bytes.data()));
  return bytes;
}

Result<FileBlock> ReadFileBlock(const std::filesystem::path& path, const Limits& limits) {
  DFN_TRY(const size_t size, SizeOf(path, limits));
  FileBlock file = {MemoryBlock(size, LargePages()), size};
  DFN_CHECK(ReadTo(path, size, file.block.data()));
  return file;
}

}  // namespace dfn
