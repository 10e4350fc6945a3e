#include "bench/machine.h"

#include <string>
#include <thread>

#include "os/machine_name.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace dfn::bench {
namespace {

std::string CompilerName() {
#if defined(__clang__)
  return "clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__);
#elif defined(__GNUC__)
  return "g++ " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#else
  return {};
#endif
}

}  // namespace

Machine DescribeMachine() {
  return {ProcessorName(), std::thread::hardware_concurrency(), SystemName(), CompilerName()};
}

// The sanitizers' allocators do not count.
#if defined(__SANITIZE_ADDRESS__)
#define DFN_FOREIGN_HEAP
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DFN_FOREIGN_HEAP
#endif
#endif

std::optional<size_t> HeapBytes() {
#if defined(__GLIBC__) && !defined(DFN_FOREIGN_HEAP)
#if __GLIBC_PREREQ(2, 33)
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
#endif
  return std::nullopt;
}

}  // namespace dfn::bench
