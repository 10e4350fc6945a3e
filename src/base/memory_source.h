// Where the memory for a network's weights comes from.
#ifndef DEEPFILTER_BASE_MEMORY_SOURCE_H_
#define DEEPFILTER_BASE_MEMORY_SOURCE_H_

#include <cstddef>
#include <new>
#include <utility>

#include "base/aligned_buffer.h"
#include "base/throw.h"

namespace dfn {

// `allocate` returns a block aligned to kAlignmentBytes, or null; `release` takes it back.
struct MemorySource {
  void* (*allocate)(size_t bytes) noexcept;
  void (*release)(void* block, size_t bytes) noexcept;
};

// The memory of operator new.
inline constexpr MemorySource kOrdinaryMemory = {
    [](size_t bytes) noexcept {
      return ::operator new(bytes, std::align_val_t(kAlignmentBytes), std::nothrow);
    },
    [](void* block, size_t) noexcept {
      ::operator delete(block, std::align_val_t(kAlignmentBytes));
    }};

// Owns a block of a source.
class MemoryBlock {
 public:
  MemoryBlock() = default;
  // Throws std::bad_alloc.
  MemoryBlock(size_t bytes, const MemorySource& memory)
      : memory_(memory), bytes_(bytes), block_(bytes == 0 ? nullptr : memory.allocate(bytes)) {
    if (bytes != 0 && block_ == nullptr) Throw(std::bad_alloc());
  }
  MemoryBlock(const MemoryBlock&) = delete;
  MemoryBlock(MemoryBlock&& other) noexcept { *this = std::move(other); }
  MemoryBlock& operator=(MemoryBlock&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(bytes_, other.bytes_);
    std::swap(block_, other.block_);
    return *this;
  }
  ~MemoryBlock() {
    if (block_ != nullptr) memory_.release(block_, bytes_);
  }

  void* data() const { return block_; }

 private:
  MemorySource memory_ = kOrdinaryMemory;
  size_t bytes_ = 0;
  void* block_ = nullptr;
};

}  // namespace dfn

#endif  // DEEPFILTER_BASE_MEMORY_SOURCE_H_
