// A file descriptor with an owner.
#ifndef DEEPFILTER_OS_OWNED_DESCRIPTOR_H_
#define DEEPFILTER_OS_OWNED_DESCRIPTOR_H_

namespace dfn {

// A file descriptor that is closed with its owner; -1: none.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept;
  OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept;
  ~OwnedDescriptor();
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_OWNED_DESCRIPTOR_H_
