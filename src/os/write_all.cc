#include "os/write_all.h"

#include <cerrno>

#include "os/descriptor.h"

namespace dfn {

int WriteAll(int descriptor, Bytes bytes) {
  while (!bytes.empty()) {
    const Transfer written = WriteSome(descriptor, bytes);
    if (written.error == EINTR) continue;
    if (written.count == 0) return written.error != 0 ? written.error : EIO;
    bytes = bytes.subspan(written.count);
  }
  return 0;
}

}  // namespace dfn
