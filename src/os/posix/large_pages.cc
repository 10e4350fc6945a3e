#include "os/large_pages.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "base/checked.h"
#endif

namespace dfn {
#if defined(__linux__)
namespace {

// Of x86-64, and of ARM with pages of 4 KiB.
constexpr size_t kLargePage = size_t{2} << 20;

size_t WholePages(size_t bytes) {
  return RoundUp(bytes, static_cast<size_t>(sysconf(_SC_PAGESIZE)));
}

// The mapping ends with the block: with transparent large pages set to "always", the kernel would
// otherwise add a last large page.
void* Allocate(size_t bytes) noexcept {
  if (bytes < kLargePage) return kOrdinaryMemory.allocate(bytes);
  const size_t size = WholePages(bytes);
  void* mapped =
      mmap(nullptr, size + kLargePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  const size_t address = reinterpret_cast<uintptr_t>(mapped);
  const size_t before = RoundUp(address, kLargePage) - address;
  const size_t after = kLargePage - before;
  auto* block = static_cast<std::byte*>(mapped) + before;
  if (before > 0) munmap(mapped, before);
  if (after > 0) munmap(block + size, after);
  madvise(block, size, MADV_HUGEPAGE);  // a refusal costs speed only
  return block;
}

void Release(void* block, size_t bytes) noexcept {
  if (bytes < kLargePage) return kOrdinaryMemory.release(block, bytes);
  munmap(block, WholePages(bytes));
}

}  // namespace

MemorySource LargePages() { return {Allocate, Release}; }
#else
MemorySource LargePages() { return kOrdinaryMemory; }
#endif
}  // namespace dfn
