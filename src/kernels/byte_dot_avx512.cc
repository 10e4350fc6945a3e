// Byte products by AVX-512 VNNI.
#include "kernels/byte_dot_x86.h"

#if DEEPFILTER_BYTE_DOT_X86
#include <immintrin.h>

#include <cstring>

HWY_PUSH_ATTRIBUTES("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw,avx512vnni")
#include "kernels/byte_tiles-inl.h"

namespace dfn {
namespace {

// Without a mask, g++ 12 warns of a variable of its own header.
constexpr __mmask16 kAllLanes = 0xffff;

struct Avx512 {
  using V = __m512i;
  static constexpr size_t kLanes = 16;
  static constexpr size_t kMaxRows = 6;
  // 24 of 32 registers are sums; two rows have 16, a single one too.
  static constexpr size_t Panels(size_t rows) { return rows == 1 ? 8 : rows <= 3 ? 4 : 2; }

  static HWY_INLINE V Zero() { return _mm512_setzero_si512(); }
  static HWY_INLINE V Load(const int8_t* w) { return _mm512_load_si512(w); }
  static HWY_INLINE V Broadcast(const uint8_t* x) {
    int32_t bits;
    std::memcpy(&bits, x, sizeof bits);
    return _mm512_set1_epi32(bits);
  }
  static HWY_INLINE V Dot(V sum, V x, V w) { return _mm512_dpbusd_epi32(sum, x, w); }
  static HWY_INLINE void Store(V high, V low, const int32_t* column_sums, int32_t* out) {
    const V columns = _mm512_load_si512(column_sums);
    const V sum = _mm512_add_epi32(_mm512_maskz_slli_epi32(kAllLanes, high, 8), low);
    const V moved = _mm512_maskz_slli_epi32(kAllLanes, columns, 15);
    _mm512_store_si512(out, _mm512_sub_epi32(sum, moved));
  }
};

void Sum(const ByteCall& call) noexcept { ByteSums<Avx512>(call); }

}  // namespace
}  // namespace dfn
HWY_POP_ATTRIBUTES

namespace dfn {

const ByteDot kAvx512VnniByteDot = {SplitPlanes, Sum};

}  // namespace dfn
#endif  // DEEPFILTER_BYTE_DOT_X86
