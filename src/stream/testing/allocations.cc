#include "stream/testing/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include "base/testing/aligned_memory.h"

namespace {
std::atomic<size_t> allocations{0};

void* Allocate(size_t size) {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
void* Allocate(size_t size, std::align_val_t alignment) {
  ++allocations;
  return dfn::AllocateAligned(size, static_cast<size_t>(alignment));
}
}  // namespace

void* operator new(size_t size) { return Allocate(size); }
void* operator new[](size_t size) { return Allocate(size); }
void* operator new(size_t size, std::align_val_t alignment) { return Allocate(size, alignment); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return Allocate(size); }
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return Allocate(size, alignment);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { dfn::FreeAligned(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { dfn::FreeAligned(p); }

namespace dfn {

size_t Allocations() { return allocations; }

}  // namespace dfn
