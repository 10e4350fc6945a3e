// What tells whether a file has changed.
#ifndef DEEPFILTER_CLI_ENHANCE_FILE_STATE_H_
#define DEEPFILTER_CLI_ENHANCE_FILE_STATE_H_

#include <cstdint>
#include <string>

namespace dfn {

struct FileState {
  uint64_t bytes = 0;
  int64_t mtime_ns = 0;  // since 1970, UTC
  bool operator==(const FileState&) const = default;
};

// All zero for what is no regular file.
FileState StateOfFile(const std::string& path);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_FILE_STATE_H_
