// How much memory this process has needed.
#ifndef DEEPFILTER_OS_PROCESS_PEAK_MEMORY_H_
#define DEEPFILTER_OS_PROCESS_PEAK_MEMORY_H_

#include <cstdint>

namespace dfn {

// The most memory that was resident at one time, in bytes; 0 where it is not known.
uint64_t PeakMemoryBytes();

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_PEAK_MEMORY_H_
