// Where a network's weights lie.
#ifndef DEEPFILTER_ENGINE_WEIGHT_MEMORY_H_
#define DEEPFILTER_ENGINE_WEIGHT_MEMORY_H_

#include <cstddef>
#include <new>
#include <utility>

#include "base/aligned_buffer.h"

namespace dfn {

// Gives a block aligned to kAlignmentBytes, or null; takes it back.
struct WeightMemory {
  void* (*allocate)(size_t bytes) noexcept;
  void (*release)(void* block, size_t bytes) noexcept;
};

// The allocator's.
inline constexpr WeightMemory kOrdinaryMemory = {
    [](size_t bytes) noexcept {
      return ::operator new(bytes, std::align_val_t(kAlignmentBytes), std::nothrow);
    },
    [](void* block, size_t) noexcept {
      ::operator delete(block, std::align_val_t(kAlignmentBytes));
    }};

// A block, for as long as this lives.
class WeightBlock {
 public:
  WeightBlock() = default;
  // Throws std::bad_alloc.
  WeightBlock(size_t bytes, const WeightMemory& memory)
      : memory_(memory), bytes_(bytes), block_(bytes == 0 ? nullptr : memory.allocate(bytes)) {
    if (bytes != 0 && block_ == nullptr) throw std::bad_alloc();
  }
  WeightBlock(const WeightBlock&) = delete;
  WeightBlock& operator=(WeightBlock&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(bytes_, other.bytes_);
    std::swap(block_, other.block_);
    return *this;
  }
  ~WeightBlock() {
    if (block_ != nullptr) memory_.release(block_, bytes_);
  }

  void* data() const { return block_; }

 private:
  WeightMemory memory_ = kOrdinaryMemory;
  size_t bytes_ = 0;
  void* block_ = nullptr;
};

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_WEIGHT_MEMORY_H_
