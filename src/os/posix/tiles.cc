#include "os/tiles.h"

#if defined(__linux__) && defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace dfn {

bool RequestTiles() noexcept {
#if defined(__linux__) && defined(__x86_64__)
  // Of the kernel's asm/prctl.h, which older systems' headers lack.
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  // A process that has it is granted it again, so no answer has to be kept.
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

}  // namespace dfn
