// Byte products by AVX-512 VNNI.
#include "kernels/byte_dot_x86.h"

#if DEEPFILTER_BYTE_DOT_X86
#include <immintrin.h>

#include <cstring>

HWY_PUSH_ATTRIBUTES("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw,avx512vnni")
#include "kernels/byte_tiles-inl.h"

namespace dfn {
namespace {

struct Avx512 {
  using V = __m512i;
  static constexpr size_t kLanes = 16;
  static constexpr size_t kMaxRows = 8;
  // 24 of 32 registers are sums; up to three rows have fewer, enough to hide an instruction's time.
  static constexpr size_t Panels(size_t rows) {
    return rows <= 2 ? 8 : rows <= 4 ? 6 : rows <= 6 ? 4 : 3;
  }

  static HWY_INLINE V Zero() { return _mm512_setzero_si512(); }
  static HWY_INLINE V Load(const int8_t* w) { return _mm512_load_si512(w); }
  static HWY_INLINE V Broadcast(const uint8_t* x) {
    int32_t bits;
    std::memcpy(&bits, x, sizeof bits);
    return _mm512_set1_epi32(bits);
  }
  static HWY_INLINE V Dot(V sum, V x, V w) { return _mm512_dpbusd_epi32(sum, x, w); }
  static HWY_INLINE void Store(V sum, int32_t* out) { _mm512_store_si512(out, sum); }
};

}  // namespace

void Avx512VnniByteSums(const ByteCall& call) noexcept { ByteSums<Avx512>(call); }

}  // namespace dfn
HWY_POP_ATTRIBUTES
#endif  // DEEPFILTER_BYTE_DOT_X86
