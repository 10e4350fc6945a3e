// A file descriptor with an owner.
#ifndef DEEPFILTER_OS_OWNED_DESCRIPTOR_H_
#define DEEPFILTER_OS_OWNED_DESCRIPTOR_H_

#include <utility>

namespace dfn {

// A file descriptor that is closed with its owner; -1: none.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept;
  OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept;
  ~OwnedDescriptor();
  int get() const { return descriptor_; }
  // Gives it away.
  int Release() { return std::exchange(descriptor_, -1); }
  // Closes it now. Returns 0, or the errno with which the system reports that not all that was
  // written could be kept.
  int Close();

 private:
  int descriptor_;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_OWNED_DESCRIPTOR_H_
