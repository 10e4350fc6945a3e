// Register tiles of byte products, for instructions that multiply four adjacent unsigned bytes of the
// inputs with signed ones of the weights and add them to 32-bit sums. A file that includes this has
// pushed the instruction set before.
#ifndef DEEPFILTER_KERNELS_BYTE_TILES_INL_H_
#define DEEPFILTER_KERNELS_BYTE_TILES_INL_H_

// Ops: the vector V of kLanes sums, with Zero, Load (weights), Broadcast (four bytes of an input),
// Dot (sum, input, weights), and Store. A tile of r rows and p panels has r * p * kVecs sums; kMaxRows
// and Panels(r) fill the registers.

namespace dfn {
namespace {

template <class Ops, size_t kRows, size_t kPanels, bool kOneGroup>
HWY_NOINLINE void ByteTile(const ByteCall& call, size_t row, size_t first) {
  constexpr size_t kVecs = kPanel / Ops::kLanes;
  using V = typename Ops::V;
  const size_t panel_bytes = call.quads * kPanel * 4;
  V sums[kRows][kPanels][kVecs];
  const int8_t* HWY_RESTRICT w[kPanels];
  const uint8_t* HWY_RESTRICT x[kPanels];
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    const size_t panel = call.panel + first + p;
    const size_t group = GroupOf(call, kOneGroup ? call.panel + first : panel);
    w[p] = call.bytes + panel * panel_bytes;
    x[p] = call.x + row * call.row_bytes + group * call.quads * 4;
    HWY_UNROLL(32)
    for (size_t r = 0; r < kRows; ++r) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) sums[r][p][v] = Ops::Zero();
    }
  }
  for (size_t quad = 0; quad < call.quads; ++quad) {
    if constexpr (kOneGroup) {
      V weights[kPanels][kVecs];
      HWY_UNROLL(32)
      for (size_t p = 0; p < kPanels; ++p) {
        HWY_UNROLL(32)
        for (size_t v = 0; v < kVecs; ++v) {
          weights[p][v] = Ops::Load(w[p] + (quad * kPanel + v * Ops::kLanes) * 4);
        }
      }
      HWY_UNROLL(32)
      for (size_t r = 0; r < kRows; ++r) {
        const V input = Ops::Broadcast(x[0] + r * call.row_bytes + quad * 4);
        HWY_UNROLL(32)
        for (size_t p = 0; p < kPanels; ++p) {
          HWY_UNROLL(32)
          for (size_t v = 0; v < kVecs; ++v) {
            sums[r][p][v] = Ops::Dot(sums[r][p][v], input, weights[p][v]);
          }
        }
      }
    } else {
      HWY_UNROLL(32)
      for (size_t p = 0; p < kPanels; ++p) {
        V weights[kVecs];
        HWY_UNROLL(32)
        for (size_t v = 0; v < kVecs; ++v) {
          weights[v] = Ops::Load(w[p] + (quad * kPanel + v * Ops::kLanes) * 4);
        }
        HWY_UNROLL(32)
        for (size_t r = 0; r < kRows; ++r) {
          const V input = Ops::Broadcast(x[p] + r * call.row_bytes + quad * 4);
          HWY_UNROLL(32)
          for (size_t v = 0; v < kVecs; ++v) {
            sums[r][p][v] = Ops::Dot(sums[r][p][v], input, weights[v]);
          }
        }
      }
    }
  }
  HWY_UNROLL(32)
  for (size_t r = 0; r < kRows; ++r) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) {
        Ops::Store(sums[r][p][v],
                   call.sums + ((row + r) * call.panels + first + p) * kPanel + v * Ops::kLanes);
      }
    }
  }
}

// Runs all panels for a tile of 1 <= count <= kRows rows.
template <class Ops, size_t kRows, bool kOneGroup>
HWY_INLINE void ByteRows(const ByteCall& call, size_t row, size_t count) {
  if constexpr (kRows > 1) {
    if (count < kRows) return ByteRows<Ops, kRows - 1, kOneGroup>(call, row, count);
  }
  // Panels of several groups share no input, so more than one helps a single row only, whose few
  // sums would wait for each other.
  constexpr size_t kPanels = kOneGroup || kRows == 1 ? Ops::Panels(kRows) : 1;
  size_t panel = 0;
  for (; panel + kPanels <= call.panels; panel += kPanels) {
    ByteTile<Ops, kRows, kPanels, kOneGroup>(call, row, panel);
  }
  if constexpr (kPanels > 1) {
    for (; panel < call.panels; ++panel) ByteTile<Ops, kRows, 1, kOneGroup>(call, row, panel);
  }
}

// The tiles are of about equal size, since a tile of few rows is slowed by reading weights.
template <class Ops, bool kOneGroup>
HWY_INLINE void ByteSums(const ByteCall& call) {
  const size_t tiles = (call.rows + Ops::kMaxRows - 1) / Ops::kMaxRows;
  for (size_t tile = 0; tile < tiles; ++tile) {
    const size_t begin = call.rows * tile / tiles;
    const size_t end = call.rows * (tile + 1) / tiles;
    ByteRows<Ops, Ops::kMaxRows, kOneGroup>(call, begin, end - begin);
  }
}

template <class Ops>
HWY_INLINE void ByteSums(const ByteCall& call) {
  if (GroupOf(call, call.panel) == GroupOf(call, call.panel + call.panels - 1)) {
    ByteSums<Ops, true>(call);
  } else {
    ByteSums<Ops, false>(call);
  }
}

}  // namespace
}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_BYTE_TILES_INL_H_
