// Floating point in one known mode, in which tiny numbers cost no more than others.
#ifndef DEEPFILTER_BASE_FLUSH_TO_ZERO_H_
#define DEEPFILTER_BASE_FLUSH_TO_ZERO_H_

#include <cstdint>

#if defined(__SSE__) || defined(_M_X64)
#include <xmmintrin.h>
#define DEEPFILTER_MXCSR 1
#elif defined(__aarch64__) && (defined(__clang__) || (defined(__GNUC__) && __GNUC__ >= 11))
#if defined(__clang__)
#include <arm_acle.h>
#endif
#define DEEPFILTER_FPCR 1
#elif defined(__arm__) && defined(__ARM_FP) && (defined(__clang__) || defined(__GNUC__))
#define DEEPFILTER_FPSCR 1
#endif

namespace dfn {

// During its lifetime the thread reads and writes denormal numbers as zero, rounds to nearest and
// traps nothing; the destructor restores the caller's mode. Processors handle denormals many times
// slower, and the end of every sound decays through them. Objects may be nested. Where the machine
// has no such mode, kSupported is false and nothing happens. Real-time safe.
class FlushToZero {
 public:
#if defined(DEEPFILTER_MXCSR)
  static constexpr bool kSupported = true;
  FlushToZero() noexcept : caller_(_mm_getcsr()) { _mm_setcsr(kMode); }
  ~FlushToZero() { _mm_setcsr(static_cast<unsigned>(caller_)); }
#elif defined(DEEPFILTER_FPCR) || defined(DEEPFILTER_FPSCR)
  static constexpr bool kSupported = true;
  FlushToZero() noexcept : caller_(Get()) { Set(kMode); }
  ~FlushToZero() { Set(caller_); }
#else
  static constexpr bool kSupported = false;
  FlushToZero() noexcept {}
  ~FlushToZero() {}
#endif
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
#if defined(DEEPFILTER_MXCSR)
  // All exceptions masked, flush-to-zero, denormals-are-zero.
  static constexpr unsigned kMode = 0x1F80 | 0x8000 | 0x0040;
  uint64_t caller_;
#elif defined(DEEPFILTER_FPCR)
  static constexpr uint64_t kMode = uint64_t{1} << 24;  // FZ
#if defined(__clang__)
  static uint64_t Get() noexcept { return __arm_rsr64("fpcr"); }
  static void Set(uint64_t mode) noexcept { __arm_wsr64("fpcr", mode); }
#else
  static uint64_t Get() noexcept { return __builtin_aarch64_get_fpcr64(); }
  static void Set(uint64_t mode) noexcept { __builtin_aarch64_set_fpcr64(mode); }
#endif
  uint64_t caller_;
#elif defined(DEEPFILTER_FPSCR)
  static constexpr unsigned kMode = 1u << 24;  // FZ
  static unsigned Get() noexcept { return __builtin_arm_get_fpscr(); }
  static void Set(unsigned mode) noexcept { __builtin_arm_set_fpscr(mode); }
  unsigned caller_;
#endif
};

}  // namespace dfn

#undef DEEPFILTER_MXCSR
#undef DEEPFILTER_FPCR
#undef DEEPFILTER_FPSCR

#endif  // DEEPFILTER_BASE_FLUSH_TO_ZERO_H_
