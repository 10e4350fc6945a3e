// Replaces the operators new and delete of a test program, which says what they do: include this in
// one source file, and define both functions there.
#ifndef DEEPFILTER_TESTS_COMMON_REPLACE_NEW_H_
#define DEEPFILTER_TESTS_COMMON_REPLACE_NEW_H_

#include <cstddef>
#include <new>

#include "base/testing/aligned_memory.h"

namespace dfn::test {

// Throws std::bad_alloc where an allocation shall fail.
void CountAllocation();
// Told of each release of memory.
void CountRelease() noexcept;

inline void* AllocateCounted(std::size_t size, std::size_t alignment) {
  CountAllocation();
  void* memory = AllocateAligned(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

// Volatile, so that no compiler compares it with the operators that allocate.
inline void (*volatile free_memory)(void* memory) = FreeAligned;

inline void ReleaseCounted(void* memory) noexcept {
  if (memory == nullptr) return;
  CountRelease();
  free_memory(memory);
}

}  // namespace dfn::test

void* operator new(std::size_t size) {
  return dfn::test::AllocateCounted(size, alignof(std::max_align_t));
}
void* operator new[](std::size_t size) {
  return dfn::test::AllocateCounted(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return dfn::test::AllocateCounted(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return dfn::test::AllocateCounted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { dfn::test::ReleaseCounted(memory); }
void operator delete[](void* memory) noexcept { dfn::test::ReleaseCounted(memory); }
void operator delete(void* memory, std::size_t) noexcept { dfn::test::ReleaseCounted(memory); }
void operator delete[](void* memory, std::size_t) noexcept { dfn::test::ReleaseCounted(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { dfn::test::ReleaseCounted(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept {
  dfn::test::ReleaseCounted(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  dfn::test::ReleaseCounted(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  dfn::test::ReleaseCounted(memory);
}

#endif  // DEEPFILTER_TESTS_COMMON_REPLACE_NEW_H_
