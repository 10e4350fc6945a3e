// Byte products by AVX-VNNI, on vectors of 256 bits.
#include "kernels/byte_dot_x86.h"

#if DEEPFILTER_BYTE_DOT_X86
#include <immintrin.h>

#include <cstring>

HWY_PUSH_ATTRIBUTES("avx2,fma,avxvnni")
#include "kernels/byte_tiles-inl.h"

namespace dfn {
namespace {

struct Avx {
  using V = __m256i;
  static constexpr size_t kLanes = 8;
  static constexpr size_t kMaxRows = 6;
  // 12 of 16 registers are sums, or 8 where two panels would not fit.
  static constexpr size_t Panels(size_t rows) { return rows == 1 ? 4 : rows <= 3 ? 2 : 1; }

  static HWY_INLINE V Zero() { return _mm256_setzero_si256(); }
  static HWY_INLINE V Load(const int8_t* w) {
    return _mm256_load_si256(reinterpret_cast<const V*>(w));
  }
  static HWY_INLINE V Broadcast(const uint8_t* x) {
    int32_t bits;
    std::memcpy(&bits, x, sizeof bits);
    return _mm256_set1_epi32(bits);
  }
  static HWY_INLINE V Dot(V sum, V x, V w) { return _mm256_dpbusd_avx_epi32(sum, x, w); }
  static HWY_INLINE void Store(V sum, int32_t* out) {
    _mm256_store_si256(reinterpret_cast<V*>(out), sum);
  }
};

}  // namespace

void AvxVnniByteSums(const ByteCall& call) noexcept { ByteSums<Avx>(call); }

}  // namespace dfn
HWY_POP_ATTRIBUTES
#endif  // DEEPFILTER_BYTE_DOT_X86
