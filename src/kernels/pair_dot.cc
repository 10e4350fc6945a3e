#include "kernels/pair_dot.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pair_dot.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/byte_group.h"
#include "kernels/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR
void PairSumsImpl(const ByteCall& call) {
  for (size_t r = 0; r < call.rows; ++r) {
    for (size_t p = 0; p < call.panels; ++p) {
      const size_t panel = call.panel + p;
      const int8_t* HWY_RESTRICT w = call.bytes + panel * call.quads * kPanel * 4;
      const uint8_t* HWY_RESTRICT x =
          call.x + r * call.row_bytes + GroupOf(call, panel) * call.quads * 8;
      int32_t sums[kPanel] = {};
      for (size_t quad = 0; quad < call.quads; ++quad, w += kPanel * 4, x += 8) {
        int16_t input[4];
        std::memcpy(input, x, sizeof input);
        for (size_t n = 0; n < kPanel; ++n) {
          sums[n] += w[n * 4] * input[0] + w[n * 4 + 1] * input[1] + w[n * 4 + 2] * input[2] +
                     w[n * 4 + 3] * input[3];
        }
      }
      std::memcpy(call.sums + (r * call.panels + p) * kPanel, sums, sizeof sums);
    }
  }
}
#else
using DSum = hn::RebindToSigned<PanelD>;
using D16 = hn::Repartition<int16_t, DSum>;
using D64 = hn::Repartition<int64_t, DSum>;
using Weights = hn::Vec<D16>;  // four depths of kPanelLanes / 2 columns

// The vectors of a panel: a column takes two lanes, one for each pair of depths.
constexpr size_t kPairVecs = 2 * kPanelVecs;
// A tile of several rows has the vectors of half a panel, or of a whole one where that is two.
constexpr size_t kTileVecs = HWY_MAX(kPanelVecs, size_t{2});
// Only the addition, of one cycle, depends on the step before, but products and widened weights need
// registers beside the sums.
constexpr size_t kMaxRows = kPanelVecs <= 2 ? 6 : 2;
// A single row takes several panels at a time, so that the weights are read as few long streams.
constexpr size_t kSinglePanels = HWY_MAX(12 / kPairVecs, size_t{1});

HWY_INLINE Weights LoadWeights(const int8_t* p) {
  return hn::PromoteTo(D16(), hn::Load(hn::Rebind<int8_t, D16>(), p));
}
HWY_INLINE Weights BroadcastInputs(const uint8_t* x) {
  int64_t bits;
  std::memcpy(&bits, x, sizeof bits);
  return hn::BitCast(D16(), hn::Set(D64(), bits));
}

// x86 and WASM add both products of a pair to one sum and leave `other` at zero.
struct Sums {
  hn::Vec<DSum> sum;
  hn::Vec<DSum> other;
  // GCC would compile an implicit constructor for the base instruction set, and those of NEON's
  // vectors cannot be inlined there.
  HWY_INLINE Sums() {}
  HWY_INLINE void Clear() { sum = other = hn::Zero(DSum()); }
  HWY_INLINE void Add(Weights w, Weights x) {
    sum = hn::ReorderWidenMulAccumulate(DSum(), w, x, sum, other);
    // GCC 12 keeps each sum twice in a loop and copies it from one register to the other, unless
    // an opaque statement separates two additions.
#if HWY_COMPILER_GCC_ACTUAL && HWY_ARCH_X86
    asm("" : "+v"(sum.raw));
#endif
  }
  HWY_INLINE hn::Vec<DSum> Pairs() const { return hn::RearrangeToOddPlusEven(sum, other); }
};

// HWY_UNROLL has the purpose that it has in the GRU: it brings the sums into registers.

// Computes vectors [vec, vec + kVecs) of each of kPanels panels for kRows rows.
template <size_t kRows, size_t kPanels, size_t kVecs>
HWY_NOINLINE void Tile(const ByteCall& call, size_t row, size_t first, size_t vec) {
  Sums sums[kRows][kPanels][kVecs];
  const int8_t* HWY_RESTRICT w[kPanels];
  const uint8_t* HWY_RESTRICT x[kPanels];
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    const size_t panel = call.panel + first + p;
    w[p] = call.bytes + panel * call.quads * kPanel * 4 + vec * kPanelLanes * 2;
    x[p] = call.x + row * call.row_bytes + GroupOf(call, panel) * call.quads * 8;
    HWY_UNROLL(32)
    for (size_t r = 0; r < kRows; ++r) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) sums[r][p][v].Clear();
    }
  }
  for (size_t quad = 0; quad < call.quads; ++quad) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      Weights weights[kVecs];
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) weights[v] = LoadWeights(w[p] + v * kPanelLanes * 2);
      HWY_UNROLL(32)
      for (size_t r = 0; r < kRows; ++r) {
        const Weights inputs = BroadcastInputs(x[p] + r * call.row_bytes + quad * 8);
        HWY_UNROLL(32)
        for (size_t v = 0; v < kVecs; ++v) sums[r][p][v].Add(weights[v], inputs);
      }
      w[p] += kPanel * 4;
    }
  }
  const DSum d;
  HWY_UNROLL(32)
  for (size_t r = 0; r < kRows; ++r) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      int32_t* out =
          call.sums + ((row + r) * call.panels + first + p) * kPanel + vec * kPanelLanes / 2;
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; v += 2) {
        const auto lower = sums[r][p][v].Pairs();
        const auto upper = sums[r][p][v + 1].Pairs();
        hn::Store(hn::Add(hn::ConcatEven(d, upper, lower), hn::ConcatOdd(d, upper, lower)), d,
                  out + v / 2 * kPanelLanes);
      }
    }
  }
}

// Runs a tile of 1 <= count <= kRows rows.
template <size_t kRows>
HWY_INLINE void TileOfRows(const ByteCall& call, size_t row, size_t count, size_t panel) {
  if constexpr (kRows > 1) {
    if (count < kRows) return TileOfRows<kRows - 1>(call, row, count, panel);
  }
  for (size_t vec = 0; vec < kPairVecs; vec += kTileVecs) {
    Tile<kRows, 1, kTileVecs>(call, row, panel, vec);
  }
}

void PairSumsImpl(const ByteCall& call) {
  if (call.rows == 1) {
    size_t panel = 0;
    for (; panel + kSinglePanels <= call.panels; panel += kSinglePanels) {
      Tile<1, kSinglePanels, kPairVecs>(call, 0, panel, 0);
    }
    for (; panel < call.panels; ++panel) Tile<1, 1, kPairVecs>(call, 0, panel, 0);
    return;
  }
  // The tiles are of about equal size, since a tile of few rows is slowed by reading weights.
  const size_t tiles = (call.rows + kMaxRows - 1) / kMaxRows;
  for (size_t panel = 0; panel < call.panels; ++panel) {
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t begin = call.rows * tile / tiles;
      const size_t end = call.rows * (tile + 1) / tiles;
      TileOfRows<kMaxRows>(call, begin, end - begin, panel);
    }
  }
}
#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(PairSumsImpl);

void PairSums(const ByteCall& call) noexcept { HWY_DYNAMIC_DISPATCH(PairSumsImpl)(call); }

}  // namespace dfn
#endif  // HWY_ONCE
