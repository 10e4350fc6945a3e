#include "os/process/peak_memory.h"

#include <sys/resource.h>

namespace dfn {

uint64_t PeakMemoryBytes() {
  struct rusage usage {};
  getrusage(RUSAGE_SELF, &usage);
  const auto peak = static_cast<uint64_t>(usage.ru_maxrss);
#ifdef __APPLE__
  return peak;
#else
  return peak * 1024;
#endif
}

}  // namespace dfn
