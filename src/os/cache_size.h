// The processor's caches.
#ifndef DEEPFILTER_OS_CACHE_SIZE_H_
#define DEEPFILTER_OS_CACHE_SIZE_H_

#include <cstddef>

namespace dfn {

// The bytes of the second-level cache that one core sees, or 0 where the system does not tell. Where
// cores differ, any of theirs. Thread-safe; not real-time.
size_t SecondLevelCacheBytes() noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_OS_CACHE_SIZE_H_
