#include "bench/machine.h"

#include <fstream>
#include <string>
#include <thread>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/utsname.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace dfn::bench {
namespace {

// The value of the first "key : value" line that one of the usual keys opens.
std::string ProcessorName() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with("model name") && !line.starts_with("Model")) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

std::string SystemName() {
#if defined(__unix__) || defined(__APPLE__)
  utsname name;
  if (uname(&name) == 0) return std::string(name.sysname) + " " + name.machine;
#endif
  return {};
}

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
