// Aligned memory from the C library, for tests that replace the operators new and delete.
#ifndef DEEPFILTER_BASE_TESTING_ALIGNED_MEMORY_H_
#define DEEPFILTER_BASE_TESTING_ALIGNED_MEMORY_H_

#include <stdlib.h>

#include <cstddef>

#if defined(_WIN32)
#include <malloc.h>
#endif

namespace dfn {

// Memory of at least one byte for FreeAligned, or null without any left. Alignment: a power of two.
inline void* AllocateAligned(size_t bytes, size_t alignment) noexcept {
#if defined(_WIN32)
  return _aligned_malloc(bytes == 0 ? 1 : bytes, alignment);
#else
  const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  return aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
#endif
}

inline void FreeAligned(void* memory) noexcept {
#if defined(_WIN32)
  _aligned_free(memory);
#else
  free(memory);
#endif
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_TESTING_ALIGNED_MEMORY_H_
