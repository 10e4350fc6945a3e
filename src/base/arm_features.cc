#include "base/arm_features.h"

#if defined(__aarch64__) || defined(_M_ARM64)
#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>

#include <cstddef>
#elif defined(_WIN32)
#include <windows.h>
#endif
#define DEEPFILTER_ARM64 1
#endif

namespace dfn {

#if defined(DEEPFILTER_ARM64) && defined(__linux__)

ArmFeatures DetectArmFeatures() noexcept {
  // Bits of the kernel's interface; the headers of old C libraries lack the newer names.
  constexpr unsigned long kDotProduct = 1ul << 20;  // HWCAP_ASIMDDP
  constexpr unsigned long kInt8Matrix = 1ul << 13;  // HWCAP2_I8MM
  return {(getauxval(AT_HWCAP) & kDotProduct) != 0, (getauxval(AT_HWCAP2) & kInt8Matrix) != 0};
}

#elif defined(DEEPFILTER_ARM64) && defined(__APPLE__)

namespace {

bool Has(const char* name) noexcept {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname(name, &value, &size, nullptr, 0) == 0 && value != 0;
}

}  // namespace

ArmFeatures DetectArmFeatures() noexcept {
  return {Has("hw.optional.arm.FEAT_DotProd"), Has("hw.optional.arm.FEAT_I8MM")};
}

#elif defined(DEEPFILTER_ARM64) && defined(_WIN32)

ArmFeatures DetectArmFeatures() noexcept {
  constexpr DWORD kDotProduct = 43;  // PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE
  constexpr DWORD kInt8Matrix = 66;  // PF_ARM_V82_I8MM_INSTRUCTIONS_AVAILABLE
  return {IsProcessorFeaturePresent(kDotProduct) != 0, IsProcessorFeaturePresent(kInt8Matrix) != 0};
}

#else

ArmFeatures DetectArmFeatures() noexcept { return {}; }

#endif

}  // namespace dfn
