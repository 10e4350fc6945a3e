#include "cli/enhance/file_state.h"

#include "base/path_text.h"
#include "os/descriptor.h"

namespace dfn {

FileState StateOfFile(const std::string& path) {
  const FileStatus status = StatusOf(PathOf(path));
  if (status.kind != FileKind::kRegular) return {};
  return {.bytes = status.bytes, .mtime_ns = status.mtime_ns};
}

}  // namespace dfn
