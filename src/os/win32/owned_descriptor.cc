#include "os/owned_descriptor.h"

#include <io.h>

#include <cerrno>
#include <utility>

namespace dfn {

OwnedDescriptor::OwnedDescriptor(OwnedDescriptor&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

OwnedDescriptor& OwnedDescriptor::operator=(OwnedDescriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

OwnedDescriptor::~OwnedDescriptor() {
  if (descriptor_ >= 0) _close(descriptor_);
}

int OwnedDescriptor::Close() { return _close(std::exchange(descriptor_, -1)) == 0 ? 0 : errno; }

}  // namespace dfn
