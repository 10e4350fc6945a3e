// Memory on large pages, where the system has them.
#ifndef DEEPFILTER_OS_LARGE_PAGES_H_
#define DEEPFILTER_OS_LARGE_PAGES_H_

#include "base/memory_source.h"

namespace dfn {

// On Linux, blocks of 2 MiB and more start where a large page does, and transparent large pages are
// asked for; whether they come is the kernel's to say (/sys/kernel/mm/transparent_hugepage). What
// does not fill a large page lies on ordinary ones, so that nothing is wasted. Elsewhere, and for
// smaller blocks, ordinary memory. Thread-safe; not real-time.
MemorySource LargePages();

}  // namespace dfn

#endif  // DEEPFILTER_OS_LARGE_PAGES_H_
