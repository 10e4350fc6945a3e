#include "kernels/byte_dot.h"

#include <atomic>

#include "base/arm_features.h"
#include "kernels/byte_dot_arm.h"
#include "kernels/byte_dot_x86.h"

#if DEEPFILTER_BYTE_DOT_X86
#if HWY_COMPILER_MSVC
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

namespace dfn {
namespace {

std::atomic<ByteDotKind> active_byte_dot{ByteDotKind::kNone};

#if DEEPFILTER_BYTE_DOT_X86
struct Features {
  uint32_t eax, ebx, ecx, edx;
};

// Leaf 7 of cpuid: zeros where the processor has no such subleaf.
Features FeaturesOf(uint32_t subleaf) {
#if HWY_COMPILER_MSVC
  int words[4];
  __cpuidex(words, 0, 0);
  if (words[0] < 7) return {};
  __cpuidex(words, 7, 0);
  if (subleaf > static_cast<uint32_t>(words[0])) return {};
  __cpuidex(words, 7, static_cast<int>(subleaf));
  return {static_cast<uint32_t>(words[0]), static_cast<uint32_t>(words[1]),
          static_cast<uint32_t>(words[2]), static_cast<uint32_t>(words[3])};
#else
  Features features = {};
  if (__get_cpuid_count(7, 0, &features.eax, &features.ebx, &features.ecx, &features.edx) == 0 ||
      subleaf > features.eax) {
    return {};
  }
  __cpuid_count(7, subleaf, features.eax, features.ebx, features.ecx, features.edx);
  return features;
#endif
}

bool Has(uint32_t word, int bit) { return (word >> bit & 1) != 0; }
#endif

}  // namespace

bool ProcessorHasByteDot(ByteDotKind kind) noexcept {
  switch (kind) {
#if DEEPFILTER_BYTE_DOT_X86
    case ByteDotKind::kAvxVnni:
      return Has(FeaturesOf(1).eax, 4);
    case ByteDotKind::kAvx512Vnni:
      return Has(FeaturesOf(0).ecx, 11);
    case ByteDotKind::kAmx: {
      const Features features = FeaturesOf(0);
      return Has(features.ecx, 11) && Has(features.edx, 24) && Has(features.edx, 25);
    }
#endif
#if DEEPFILTER_BYTE_DOT_ARM
    case ByteDotKind::kArmDot:
      return DetectArmFeatures().dot_product;
    case ByteDotKind::kArmMatrix:
      return DetectArmFeatures().int8_matrix;
#endif
    default:
      return kind == ByteDotKind::kNone;
  }
}

ByteDotKind ActiveByteDotKind() noexcept { return active_byte_dot.load(std::memory_order_relaxed); }
void UseByteDot(ByteDotKind kind) noexcept {
  active_byte_dot.store(kind, std::memory_order_relaxed);
}

ByteSumFunction ActiveByteSum([[maybe_unused]] size_t rows,
                              [[maybe_unused]] size_t quads) noexcept {
  switch (ActiveByteDotKind()) {
#if DEEPFILTER_BYTE_DOT_X86
    case ByteDotKind::kAvxVnni:
      return AvxVnniByteSums;
    case ByteDotKind::kAvx512Vnni:
      return Avx512VnniByteSums;
    case ByteDotKind::kAmx:
      return rows >= kAmxRows && quads % kAmxQuads == 0 ? AmxByteSums : Avx512VnniByteSums;
#endif
#if DEEPFILTER_BYTE_DOT_ARM
    case ByteDotKind::kArmDot:
      return ArmDotByteSums;
    case ByteDotKind::kArmMatrix:
      return ArmMatrixByteSums;
#endif
    default:
      return nullptr;
  }
}

}  // namespace dfn
