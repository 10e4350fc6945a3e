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
  static constexpr size_t kMaxRows = 3;
  // 12 of 16 registers are sums; one row and two have eight.
  static constexpr size_t Panels(size_t rows) { return rows == 1 ? 2 : 1; }

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
  static HWY_INLINE void Store(V high, V low, const int32_t* column_sums, int32_t* out) {
    const V columns = _mm256_load_si256(reinterpret_cast<const V*>(column_sums));
    const V sum = _mm256_add_epi32(_mm256_slli_epi32(high, 8), low);
    _mm256_store_si256(reinterpret_cast<V*>(out),
                       _mm256_sub_epi32(sum, _mm256_slli_epi32(columns, 15)));
  }
};

void Sum(const ByteCall& call) noexcept { ByteSums<Avx>(call); }

}  // namespace
}  // namespace dfn
HWY_POP_ATTRIBUTES

namespace dfn {

const ByteDot kAvxVnniByteDot = {SplitPlanes, Sum};

}  // namespace dfn
#endif  // DEEPFILTER_BYTE_DOT_X86
