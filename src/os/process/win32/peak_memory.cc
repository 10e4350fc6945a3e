#include "os/process/peak_memory.h"

#include <windows.h>

#include <psapi.h>

namespace dfn {

uint64_t PeakMemoryBytes() {
  PROCESS_MEMORY_COUNTERS counters{};
  counters.cb = sizeof(counters);
  // The name that kernel32 itself has, so that psapi need not be linked.
  if (!K32GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof(counters))) return 0;
  return counters.PeakWorkingSetSize;
}

}  // namespace dfn
