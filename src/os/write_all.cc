#include "os/write_all.h"

#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace dfn {

int WriteAll(int descriptor, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace dfn
