// Memory on large pages, where the system has them.
#ifndef DEEPFILTER_OS_LARGE_PAGES_H_
#define DEEPFILTER_OS_LARGE_PAGES_H_

#include "base/memory_source.h"

namespace dfn {

// On Linux, blocks of 2 MiB and more are aligned to large pages, and the kernel is asked for
// transparent large pages; it decides (/sys/kernel/mm/transparent_hugepage). The end of a block
// that does not fill a large page uses ordinary ones, so that nothing is wasted. On Windows
// blocks of 2 MiB and more use large pages if the process has enabled its right to them
// (SeLockMemoryPrivilege) and they waste little. On other systems, and for smaller blocks, this is
// kOrdinaryMemory. Thread-safe; not real-time.
MemorySource LargePages();

}  // namespace dfn

#endif  // DEEPFILTER_OS_LARGE_PAGES_H_
