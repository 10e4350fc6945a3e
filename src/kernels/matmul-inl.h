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
// With kOneGroup all panels read the same inputs. It is not inlined, because values that the loops
// around it keep in registers would displace accumulators.
template <class Weights, size_t kRows, size_t kPanels, bool kOneGroup>
HWY_NOINLINE void Tile(const MatMulCall& call, size_t row, size_t panel) {
  const PanelD d;
  const PackedMatrix& m = call.matrix;
  PanelPlace places[kPanels];
  if (!kOneGroup) FindPanels<kPanels>(m, panel, places);
  PanelV acc[kRows][kPanels][kPanelVecs];
  const typename Weights::T* HWY_RESTRICT w[kPanels];
  size_t group_input[kPanels];
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = WeightsOf<Weights>(m) + (panel + p) * m.depth() * kPanel;
    group_input[p] = kOneGroup ? 0 : places[p].group * m.inputs;
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
      const PanelPlace place = kOneGroup ? PanelPlace{0, (panel + p) * kPanel} : places[p];
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
    const PanelPlace place = kOneGroup ? PanelPlace{0, (panel + p) * kPanel} : places[p];
    float* y = call.y + row * call.y_stride + place.group * m.outputs + place.column;
    const size_t columns = HWY_MIN(m.outputs - place.column, kPanel);
    for (size_t r = 0; r < kRows; ++r) {
      ActivateStored(call.activation, columns, y + r * call.y_stride);
    }
  }
}

// Multiplies rows [row, row + kRows) by panels [begin, end), as many at a time as a tile holds.
template <class Weights, size_t kRows, size_t kPanels, bool kOneGroup>
HWY_INLINE void RowTiles(const MatMulCall& call, size_t row, size_t begin, size_t end) {
  size_t panel = begin;
  for (; panel + kPanels <= end; panel += kPanels) {
    Tile<Weights, kRows, kPanels, kOneGroup>(call, row, panel);
  }
  if constexpr (kPanels > 1) {
    for (; panel < end; ++panel) Tile<Weights, kRows, 1, kOneGroup>(call, row, panel);
  }
}

template <class Weights, bool kOneGroup>
void MatMulGroups(const MatMulCall& call) {
  const size_t panels = call.matrix.groups * call.matrix.panels();
  const size_t row_floats = call.matrix.groups * call.matrix.depth();
  const size_t block =
      HWY_MAX(kBlockFloats / HWY_MAX(row_floats, size_t{1}) / kMainRows, size_t{8}) * kMainRows;
  for (size_t block_begin = 0; block_begin < call.rows; block_begin += block) {
    const size_t block_end = HWY_MIN(block_begin + block, call.rows);
    for (size_t begin = 0; begin < panels; begin += kBatch) {
      const size_t end = HWY_MIN(begin + kBatch, panels);
      size_t row = block_begin;
      for (; row + kMainRows <= block_end; row += kMainRows) {
        RowTiles<Weights, kMainRows, kMainPanels, kOneGroup>(call, row, begin, end);
      }
      for (; row + 2 <= block_end; row += 2) {
        RowTiles<Weights, 2, kPairPanels, kOneGroup>(call, row, begin, end);
      }
      if (row < block_end) RowTiles<Weights, 1, kSinglePanels, kOneGroup>(call, row, begin, end);
    }
  }
}

template <class Weights>
void MatMulOf(const MatMulCall& call) {
  if (call.matrix.groups == 1) {
    MatMulGroups<Weights, true>(call);
  } else {
    MatMulGroups<Weights, false>(call);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#endif  // DEEPFILTER_KERNELS_MATMUL_INL_H_
