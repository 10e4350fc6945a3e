#include "os/cache_size.h"

#if defined(__APPLE__)
#include <sys/sysctl.h>

#include <cstdint>
#else
#include <unistd.h>
#endif

namespace dfn {

size_t SecondLevelCacheBytes() noexcept {
#if defined(__APPLE__)
  uint64_t bytes = 0;
  size_t size = sizeof(bytes);
  return sysctlbyname("hw.l2cachesize", &bytes, &size, nullptr, 0) == 0 ? static_cast<size_t>(bytes)
                                                                        : 0;
#elif defined(_SC_LEVEL2_CACHE_SIZE)
  const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  return bytes > 0 ? static_cast<size_t>(bytes) : 0;
#else
  return 0;
#endif
}

}  // namespace dfn
