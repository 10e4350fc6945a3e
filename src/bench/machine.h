// The machine that a figure was measured on.
#ifndef DEEPFILTER_BENCH_MACHINE_H_
#define DEEPFILTER_BENCH_MACHINE_H_

#include <cstddef>
#include <optional>
#include <string>

namespace dfn::bench {

struct Machine {
  std::string processor;  // as the system names it, or empty
  unsigned cores = 0;     // that this process may see
  std::string system;     // "Linux x86_64", or empty
  std::string compiler;   // "g++ 12.2"
};

Machine DescribeMachine();

// Memory that this process has from the allocator, in bytes, to the byte; nothing where the C
// library does not count (it does from glibc 2.33 on).
std::optional<size_t> HeapBytes();

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_MACHINE_H_
