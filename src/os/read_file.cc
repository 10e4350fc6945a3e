#include "os/read_file.h"

#include <fstream>
#include <string>
#include <system_error>

#include "base/path_text.h"

namespace dfn {

Result<std::vector<uint8_t>> ReadFile(const std::filesystem::path& path, const Limits& limits) {
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
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) return Error{ErrorCode::kIo, name + ": cannot be read"};
  return bytes;
}

}  // namespace dfn
