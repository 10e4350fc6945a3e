#include "kernels/matmul.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/matmul.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "kernels/activations-inl.h"

#ifndef DEEPFILTER_KERNELS_MATMUL_ONCE_
#define DEEPFILTER_KERNELS_MATMUL_ONCE_
namespace dfn {

struct MatMulCall {
  const PackedMatrix& matrix;
  size_t rows;
  const float* const* x;
  size_t x_stride;
  float* y;
  size_t y_stride;
  Activation activation;
};

}  // namespace dfn
#endif  // DEEPFILTER_KERNELS_MATMUL_ONCE_

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

using D = hn::CappedTag<float, kPanel>;
using V = hn::Vec<D>;
constexpr size_t kLanes = hn::MaxLanes(D());
constexpr size_t kVecs = kPanel / kLanes;  // registers of a panel

// Rows and panels of a register tile. Each row and panel takes kVecs accumulators; eight of them
// hide a multiply-add's latency of four at two a cycle, and with the operands they must fit 16
// registers (32 on AVX-512 and NEON).
constexpr size_t kMainRows = kVecs <= 2 ? 6 : kVecs == 4 ? (HWY_ARCH_ARM_A64 ? 6 : 3) : 1;
constexpr size_t kMainPanels = kVecs == 1 ? 2 : 1;
// What remains of the rows goes by twos and ones, over more panels at a time.
constexpr size_t kPairPanels = kVecs == 1 ? 4 : kVecs == 2 ? 2 : 1;
constexpr size_t kSinglePanels = kVecs <= 2 ? 4 : kVecs == 4 ? 2 : 1;
// Panels that all rows of a block meet before the next ones: their weights stay in L1 or L2.
constexpr size_t kBatch = 4;
// Inputs of a block of rows, to stay in L2 beside a batch of panels.
constexpr size_t kBlockFloats = 16384;

HWY_INLINE void StorePanel(const V* HWY_RESTRICT acc, Activation activation, size_t columns,
                           float* HWY_RESTRICT y) {
  const D d;
  if (columns == kPanel) {
    for (size_t v = 0; v < kVecs; ++v) {
      hn::StoreU(ActivateV(d, acc[v], activation), d, y + v * kLanes);
    }
    return;
  }
  // A whole vector would write into the next row.
  HWY_ALIGN float tail[kPanel];
  for (size_t v = 0; v < kVecs; ++v) {
    hn::Store(ActivateV(d, acc[v], activation), d, tail + v * kLanes);
  }
  for (size_t i = 0; i < columns; ++i) y[i] = tail[i];
}

// Rows [row, row + kRows) times panels [panel, panel + kPanels), counted over all groups. With
// kOneGroup all of them read the same inputs.
template <size_t kRows, size_t kPanels, bool kOneGroup>
HWY_INLINE void Tile(const MatMulCall& call, size_t row, size_t panel) {
  const D d;
  const PackedMatrix& m = call.matrix;
  const size_t per_group = m.panels();
  V acc[kRows][kPanels][kVecs];
  const float* HWY_RESTRICT w[kPanels];
  size_t group_input[kPanels];
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = m.weights.data() + (panel + p) * m.depth() * kPanel;
    group_input[p] = kOneGroup ? 0 : (panel + p) / per_group * m.inputs;
    for (size_t v = 0; v < kVecs; ++v) {
      const V bias = hn::Load(d, m.bias.data() + (panel + p) * kPanel + v * kLanes);
      for (size_t r = 0; r < kRows; ++r) acc[r][p][v] = bias;
    }
  }

  for (size_t s = 0; s < m.segments; ++s) {
    const float* HWY_RESTRICT x = call.x[s] + row * call.x_stride;
    for (size_t k = 0; k < m.inputs; ++k) {
      for (size_t p = 0; p < kPanels; ++p) {
        const float* HWY_RESTRICT from = x + group_input[p] + k;
        for (size_t r = 0; r < kRows; ++r) {
          const V input = hn::Set(d, from[r * call.x_stride]);
          for (size_t v = 0; v < kVecs; ++v) {
            acc[r][p][v] = hn::MulAdd(hn::Load(d, w[p] + v * kLanes), input, acc[r][p][v]);
          }
        }
        w[p] += kPanel;
      }
    }
  }

  for (size_t p = 0; p < kPanels; ++p) {
    const size_t group = kOneGroup ? 0 : (panel + p) / per_group;
    const size_t column = (panel + p - group * per_group) * kPanel;
    const size_t columns = HWY_MIN(kPanel, m.outputs - column);
    float* y = call.y + row * call.y_stride + group * m.outputs + column;
    for (size_t r = 0; r < kRows; ++r) {
      StorePanel(acc[r][p], call.activation, columns, y + r * call.y_stride);
    }
  }
}

// Rows [row, row + kRows) times panels [begin, end), as many at a time as the tile takes.
template <size_t kRows, size_t kPanels, bool kOneGroup>
HWY_INLINE void RowTiles(const MatMulCall& call, size_t row, size_t begin, size_t end) {
  size_t panel = begin;
  for (; panel + kPanels <= end; panel += kPanels) {
    Tile<kRows, kPanels, kOneGroup>(call, row, panel);
  }
  if constexpr (kPanels > 1) {
    for (; panel < end; ++panel) Tile<kRows, 1, kOneGroup>(call, row, panel);
  }
}

template <bool kOneGroup>
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
        RowTiles<kMainRows, kMainPanels, kOneGroup>(call, row, begin, end);
      }
      for (; row + 2 <= block_end; row += 2) {
        RowTiles<2, kPairPanels, kOneGroup>(call, row, begin, end);
      }
      if (row < block_end) RowTiles<1, kSinglePanels, kOneGroup>(call, row, begin, end);
    }
  }
}

void MatMulImpl(const MatMulCall& call) {
  if (call.matrix.groups == 1) {
    MatMulGroups<true>(call);
  } else {
    MatMulGroups<false>(call);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(MatMulImpl);

void MatMul(const PackedMatrix& matrix, size_t rows, const float* const* x, size_t x_stride,
            float* y, size_t y_stride, Activation activation) noexcept {
  HWY_DYNAMIC_DISPATCH(MatMulImpl)({matrix, rows, x, x_stride, y, y_stride, activation});
}

}  // namespace dfn
#endif  // HWY_ONCE
