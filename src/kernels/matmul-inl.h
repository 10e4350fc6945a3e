// The matrix product over register tiles, for weights of either floating-point type; matmul_f32.cc
// and matmul_f16.cc compile it for every instruction set.
#if defined(DEEPFILTER_KERNELS_MATMUL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPFILTER_KERNELS_MATMUL_INL_H_
#undef DEEPFILTER_KERNELS_MATMUL_INL_H_
#else
#define DEEPFILTER_KERNELS_MATMUL_INL_H_
#endif

#include <hwy/highway.h>

#include <type_traits>

#include "kernels/matmul_call.h"
#include "kernels/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// The rows and panels of a register tile. Each row and panel takes kPanelVecs accumulators. Eight
// accumulators hide a multiply-add's latency (four cycles, two issued a cycle); with the operands
// they must fit into 16 registers (32 on AVX-512 and NEON).
constexpr size_t kMainRows = kPanelVecs <= 2 ? 6 : kPanelVecs == 4 ? (HWY_ARCH_ARM_A64 ? 6 : 3) : 1;
constexpr size_t kMainPanels = kPanelVecs == 1 ? 2 : 1;
// The remaining rows are computed two or one at a time, over more panels at a time.
constexpr size_t kPairPanels = kPanelVecs == 1 ? 4 : kPanelVecs == 2 ? 2 : 1;
constexpr size_t kSinglePanels = kPanelVecs <= 2 ? 4 : kPanelVecs == 4 ? 2 : 1;
// With one vector a panel and 32 registers (AVX-512), tiles are of any height up to kMainRows, so that
// rows are split evenly, and of four panels, which read each input once for all of them. A panel that is
// left over alone has twice the rows.
constexpr bool kWideTiles = kPanelVecs == 1;
constexpr size_t kWidePanels = 4;
// The panels of a batch, which all rows of a block use before the next batch: their weights stay in
// L1 or L2.
constexpr size_t kBatch = 4;
// The inputs of a block of rows, which stay in L2 beside a batch of panels.
constexpr size_t kBlockFloats = 16384;

// The packed weights of `matrix` that `Weights` reads.
template <class Weights>
HWY_INLINE const typename Weights::T* WeightsOf(const PackedMatrix& matrix) {
  if constexpr (std::is_same_v<Weights, HalfWeights>) {
    return matrix.reduced.halves.data();
  } else {
    return matrix.weights.data();
  }
}

// HWY_UNROLL has the purpose that it has in the GRU: it brings the accumulators into registers.

// Multiplies rows [row, row + kRows) by panels [panel, panel + kPanels), counted over all groups.
// With kOneGroup all panels are of `group` and read the same inputs. It is not inlined, because values
// that the loops around it keep in registers would displace accumulators.
template <class Weights, size_t kRows, size_t kPanels, bool kOneGroup>
HWY_NOINLINE void Tile(const MatMulCall& call, size_t row, size_t panel, size_t group) {
  const PanelD d;
  const PackedMatrix& m = call.matrix;
  PanelPlace places[kPanels];
  if (!kOneGroup) FindPanels<kPanels>(m, panel, places);
  const size_t first_panel = kOneGroup ? panel - group * m.panels() : 0;
  const auto place_of = [&](size_t p) HWY_ATTR {
    return kOneGroup ? PanelPlace{group, (first_panel + p) * kPanel} : places[p];
  };
  PanelV acc[kRows][kPanels][kPanelVecs];
  const typename Weights::T* HWY_RESTRICT w[kPanels];
  size_t group_input[kPanels];
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = WeightsOf<Weights>(m) + (panel + p) * m.depth() * kPanel;
    group_input[p] = place_of(p).group * m.inputs;
    HWY_UNROLL(32)
    for (size_t v = 0; v < kPanelVecs; ++v) {
      const PanelV bias = hn::Load(d, m.bias.data() + (panel + p) * kPanel + v * kPanelLanes);
      HWY_UNROLL(32)
      for (size_t r = 0; r < kRows; ++r) acc[r][p][v] = bias;
    }
  }

  for (size_t s = 0; s < m.segments; ++s) {
    const float* HWY_RESTRICT x = call.x[s] + row * call.x_stride;
    for (size_t k = 0; k < m.inputs; ++k) {
      HWY_UNROLL(32)
      for (size_t p = 0; p < kPanels; ++p) {
        const float* HWY_RESTRICT from = x + group_input[p] + k;
        PanelV weights[kPanelVecs];
        HWY_UNROLL(32)
        for (size_t v = 0; v < kPanelVecs; ++v) weights[v] = Weights::Load(w[p] + v * kPanelLanes);
        HWY_UNROLL(32)
        for (size_t r = 0; r < kRows; ++r) {
          const PanelV input = hn::Set(d, from[r * call.x_stride]);
          HWY_UNROLL(32)
          for (size_t v = 0; v < kPanelVecs; ++v) {
            acc[r][p][v] = hn::MulAdd(weights[v], input, acc[r][p][v]);
          }
        }
        w[p] += kPanel;
      }
    }
  }

  // The activation is chosen once for all vectors; a choice at each vector costs as much as the
  // stores.
  const auto store = [&](Activation activation) HWY_ATTR {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      const PanelPlace place = place_of(p);
      const size_t columns = m.outputs - place.column;
      float* y = call.y + row * call.y_stride + place.group * m.outputs + place.column;
      HWY_UNROLL(32)
      for (size_t r = 0; r < kRows; ++r) {
        StorePanel(acc[r][p], activation, columns, y + r * call.y_stride);
      }
    }
  };
  if (call.activation == Activation::kNone) return store(Activation::kNone);
  if (call.activation == Activation::kRelu) return store(Activation::kRelu);
  if constexpr (!kActivatesStored) return store(call.activation);
  store(Activation::kNone);
  for (size_t p = 0; p < kPanels; ++p) {
    const PanelPlace place = place_of(p);
    float* y = call.y + row * call.y_stride + place.group * m.outputs + place.column;
    const size_t columns = HWY_MIN(m.outputs - place.column, kPanel);
    for (size_t r = 0; r < kRows; ++r) {
      ActivateStored(call.activation, columns, y + r * call.y_stride);
    }
  }
}

// Multiplies rows [row, row + kRows) by panels [begin, end), as many at a time as a tile holds.
template <class Weights, size_t kRows, size_t kPanels, bool kOneGroup>
HWY_INLINE void RowTiles(const MatMulCall& call, size_t row, size_t begin, size_t end,
                         size_t group) {
  size_t panel = begin;
  for (; panel + kPanels <= end; panel += kPanels) {
    Tile<Weights, kRows, kPanels, kOneGroup>(call, row, panel, group);
  }
  if constexpr (kPanels > 2) {
    if (panel + 2 <= end) {
      Tile<Weights, kRows, 2, kOneGroup>(call, row, panel, group);
      panel += 2;
    }
  }
  if constexpr (kPanels > 1) {
    for (; panel < end; ++panel) Tile<Weights, kRows, 1, kOneGroup>(call, row, panel, group);
  }
}

// Multiplies rows [row, end_row) of a group by panels [begin, end), at most kWidePanels.
template <class Weights>
HWY_INLINE void WideTiles(const MatMulCall& call, size_t row, size_t end_row, size_t begin,
                          size_t end, size_t group) {
  if (end - begin == 1) {
    for (; row + 2 * kMainRows <= end_row; row += 2 * kMainRows) {
      Tile<Weights, 2 * kMainRows, 1, true>(call, row, begin, group);
    }
  }
  size_t tiles = (end_row - row + kMainRows - 1) / kMainRows;
  for (; tiles > 0; --tiles) {
    const size_t rows = (end_row - row + tiles - 1) / tiles;
    switch (rows) {
      case 1:
        RowTiles<Weights, 1, kWidePanels, true>(call, row, begin, end, group);
        break;
      case 2:
        RowTiles<Weights, 2, kWidePanels, true>(call, row, begin, end, group);
        break;
      case 3:
        RowTiles<Weights, 3, kWidePanels, true>(call, row, begin, end, group);
        break;
      case 4:
        RowTiles<Weights, 4, kWidePanels, true>(call, row, begin, end, group);
        break;
      case 5:
        RowTiles<Weights, 5, kWidePanels, true>(call, row, begin, end, group);
        break;
      default:
        RowTiles<Weights, kMainRows, kWidePanels, true>(call, row, begin, end, group);
    }
    row += rows;
  }
}

// Multiplies rows [row, end_row) by panels [begin, end) of one batch.
template <class Weights, bool kOneGroup>
HWY_INLINE void BatchTiles(const MatMulCall& call, size_t row, size_t end_row, size_t begin,
                           size_t end, size_t group) {
  if constexpr (kWideTiles && kOneGroup) {
    return WideTiles<Weights>(call, row, end_row, begin, end, group);
  }
  for (; row + kMainRows <= end_row; row += kMainRows) {
    RowTiles<Weights, kMainRows, kMainPanels, kOneGroup>(call, row, begin, end, group);
  }
  for (; row + 2 <= end_row; row += 2) {
    RowTiles<Weights, 2, kPairPanels, kOneGroup>(call, row, begin, end, group);
  }
  if (row < end_row) RowTiles<Weights, 1, kSinglePanels, kOneGroup>(call, row, begin, end, group);
}

// Multiplies all rows by panels [first, last): with kOneGroup those of `group`, else all.
template <class Weights, bool kOneGroup>
HWY_INLINE void MatMulPanels(const MatMulCall& call, size_t first, size_t last, size_t group) {
  const size_t row_floats = (kOneGroup ? 1 : call.matrix.groups) * call.matrix.depth();
  const size_t block =
      HWY_MAX(kBlockFloats / HWY_MAX(row_floats, size_t{1}) / kMainRows, size_t{8}) * kMainRows;
  for (size_t row = 0; row < call.rows; row += block) {
    const size_t end_row = HWY_MIN(row + block, call.rows);
    for (size_t begin = first; begin < last; begin += kBatch) {
      BatchTiles<Weights, kOneGroup>(call, row, end_row, begin, HWY_MIN(begin + kBatch, last),
                                     group);
    }
  }
}

// Groups of one panel share tiles. Wide tiles take larger ones as a matrix each.
template <class Weights>
void MatMulOf(const MatMulCall& call) {
  const size_t panels = call.matrix.panels();
  if (call.matrix.groups == 1 || (kWideTiles && panels > 1)) {
    for (size_t group = 0; group < call.matrix.groups; ++group) {
      MatMulPanels<Weights, true>(call, group * panels, (group + 1) * panels, group);
    }
  } else {
    MatMulPanels<Weights, false>(call, 0, call.matrix.groups * panels, 0);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#endif  // DEEPFILTER_KERNELS_MATMUL_INL_H_
