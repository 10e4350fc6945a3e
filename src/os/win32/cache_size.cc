#include "os/cache_size.h"

#include <windows.h>

#include <algorithm>
#include <array>

namespace dfn {

size_t SecondLevelCacheBytes() noexcept {
  // A machine with more cores than fit is one that does not tell.
  std::array<SYSTEM_LOGICAL_PROCESSOR_INFORMATION, 512> parts;
  DWORD bytes = static_cast<DWORD>(sizeof(parts));
  if (GetLogicalProcessorInformation(parts.data(), &bytes) == 0) return 0;
  size_t most = 0;
  for (size_t i = 0; i < bytes / sizeof(parts[0]); ++i) {
    const SYSTEM_LOGICAL_PROCESSOR_INFORMATION& part = parts[i];
    if (part.Relationship == RelationCache && part.Cache.Level == 2) {
      most = std::max<size_t>(most, part.Cache.Size);
    }
  }
  return most;
}

}  // namespace dfn
