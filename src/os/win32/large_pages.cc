#include "os/large_pages.h"

#include <windows.h>

#include "base/checked.h"

namespace dfn {
namespace {

// Large pages are for whole blocks, so that one is used only where little of its last page is
// wasted.
void* AllocateLarge(size_t bytes) {
  static const size_t page = GetLargePageMinimum();
  if (page == 0 || bytes < page) return nullptr;
  const size_t size = RoundUp(bytes, page);
  if (size - bytes > bytes / 8) return nullptr;
  // Without the right to them (SeLockMemoryPrivilege, enabled) the call fails. A library does not
  // enable rights in the name of the program around it.
  return VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT | MEM_LARGE_PAGES, PAGE_READWRITE);
}

// Blocks of this size and more come from the system, so that Release knows how they were made.
constexpr size_t kLeastOwnBytes = size_t{2} << 20;

void* Allocate(size_t bytes) noexcept {
  if (bytes < kLeastOwnBytes) return kOrdinaryMemory.allocate(bytes);
  void* block = AllocateLarge(bytes);
  if (block != nullptr) return block;
  return VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void Release(void* block, size_t bytes) noexcept {
  if (bytes < kLeastOwnBytes) return kOrdinaryMemory.release(block, bytes);
  VirtualFree(block, 0, MEM_RELEASE);
}

}  // namespace

MemorySource LargePages() { return {Allocate, Release}; }

}  // namespace dfn
