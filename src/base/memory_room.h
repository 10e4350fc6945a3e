// A block of memory from which buffers take their parts, one after the other.
#ifndef DEEPFILTER_BASE_MEMORY_ROOM_H_
#define DEEPFILTER_BASE_MEMORY_ROOM_H_

#include <cstddef>

#include "base/aligned_buffer.h"
#include "base/checked.h"

namespace dfn {

class MemoryRoom {
 public:
  // `block`: aligned to kAlignmentBytes. It outlives what is taken from it.
  MemoryRoom(void* block, size_t bytes) : at_(static_cast<std::byte*>(block)), left_(bytes) {}

  // What a buffer of that many elements takes.
  template <class T>
  static size_t BytesOf(size_t size) {
    return RoundUp(size * sizeof(T), kAlignmentBytes);
  }

  // Memory for that many elements, or null where too little is left.
  template <class T>
  void* Take(size_t size) {
    const size_t bytes = BytesOf<T>(size);
    if (bytes > left_) return nullptr;
    void* const taken = at_;
    at_ += bytes;
    left_ -= bytes;
    return taken;
  }

 private:
  std::byte* at_;
  size_t left_;
};

// A buffer whose elements the caller sets: in `room` if there is one with enough left, else in memory
// of its own.
template <class T>
AlignedBuffer<T> NewBuffer(size_t size, MemoryRoom* room) {
  void* const memory = room != nullptr && size != 0 ? room->Take<T>(size) : nullptr;
  return memory != nullptr ? AlignedBuffer<T>(size, memory) : AlignedBuffer<T>(size);
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_MEMORY_ROOM_H_
