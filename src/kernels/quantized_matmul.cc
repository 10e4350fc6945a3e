#include "kernels/quantized_matmul.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/quantized_matmul.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/panel-inl.h"

#ifndef DEEPFILTER_KERNELS_QUANTIZED_MATMUL_ONCE_
#define DEEPFILTER_KERNELS_QUANTIZED_MATMUL_ONCE_
namespace dfn {

struct QuantizedMatMulCall {
  const PackedMatrix& matrix;
  size_t rows;
  const float* x;
  size_t x_stride;
  float* y;
  size_t y_stride;
  Activation activation;
  QuantizedRows& quantized;

  size_t group_inputs() const { return 2 * Pairs(matrix.inputs); }  // with the padding
  size_t row_inputs() const { return matrix.groups * group_inputs(); }
};

}  // namespace dfn
#endif  // DEEPFILTER_KERNELS_QUANTIZED_MATMUL_ONCE_

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// The number of accumulators is chosen as in the GRU. A single row takes several panels at a time.
constexpr size_t kMaxRows = kPanelVecs <= 2 ? 12 / kPanelVecs : kPanelVecs == 4 ? 2 : 1;
constexpr size_t kSinglePanels = kPanelVecs <= 4 ? 8 / kPanelVecs : 1;
// The rows of a block, which all panels use before the next block: their integers stay in L2.
constexpr size_t kBlockRows = 96;
// The least magnitude that a row counts as: it keeps the scale and its inverse in float's normal
// range for rows of zeros.
constexpr float kSmallestRow = 1e-30f;

// Returns the largest magnitude of n floats; NaN is ignored.
HWY_INLINE float MaxAbs(const float* HWY_RESTRICT x, size_t n) {
  const PanelD d;
  PanelV max = hn::Zero(d);
  size_t i = 0;
  for (; i + kPanelLanes <= n; i += kPanelLanes) {
    const PanelV size = hn::Abs(hn::LoadU(d, x + i));
    max = hn::IfThenElse(hn::Gt(size, max), size, max);
  }
  float largest = hn::GetLane(hn::MaxOfLanes(d, max));
  for (; i < n; ++i) {
    const float size = HWY_MAX(x[i], -x[i]);
    if (size > largest) largest = size;
  }
  return largest;
}

void QuantizeRow(const QuantizedMatMulCall& call, size_t row) {
  const PackedMatrix& m = call.matrix;
  const float* x = call.x + row * call.x_stride;
  int16_t* to = call.quantized.values.data() + row * call.row_inputs();
  const auto limit = static_cast<float>(InputLimit(m.inputs));
  // The value is limited to the largest float, so that an infinite input leaves the others finite.
  const float largest =
      std::clamp(MaxAbs(x, m.groups * m.inputs), kSmallestRow, hwy::HighestValue<float>());
  call.quantized.scales[row] = largest / limit;
  const float factor = limit / largest;
  if (m.inputs % 2 == 0) {
    QuantizeV(x, m.groups * m.inputs, factor, limit, to);
    return;
  }
  for (size_t g = 0; g < m.groups; ++g, to += call.group_inputs()) {
    QuantizeV(x + g * m.inputs, m.inputs, factor, limit, to);
    to[m.inputs] = 0;
  }
}

// HWY_UNROLL has the purpose that it has in the GRU: it brings the accumulators into registers.

// Multiplies rows [row, row + kRows) by panels [panel, panel + kPanels), counted over all groups.
template <size_t kRows, size_t kPanels>
HWY_NOINLINE void Tile(const QuantizedMatMulCall& call, size_t row, size_t panel) {
  const PackedMatrix& m = call.matrix;
  const PanelD d;
  PanelPlace places[kPanels];
  FindPanels<kPanels>(m, panel, places);
  const size_t pairs = Pairs(m.inputs);
  Int8Weights::Sums sums[kRows][kPanels][kPanelVecs];
  const int8_t* HWY_RESTRICT w[kPanels];
  const int16_t* HWY_RESTRICT x[kPanels];
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = m.reduced.bytes.data() + (panel + p) * pairs * kPanel * 2;
    x[p] = call.quantized.values.data() + row * call.row_inputs() +
           places[p].group * call.group_inputs();
    HWY_UNROLL(32)
    for (size_t r = 0; r < kRows; ++r) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kPanelVecs; ++v) sums[r][p][v].Clear();
    }
  }
  for (size_t k = 0; k < pairs; ++k) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      Int8Weights::Pair weights[kPanelVecs];
      HWY_UNROLL(32)
      for (size_t v = 0; v < kPanelVecs; ++v) {
        weights[v] = Int8Weights::Load(w[p] + v * kPanelLanes * 2);
      }
      HWY_UNROLL(32)
      for (size_t r = 0; r < kRows; ++r) {
        const Int8Weights::Pair input =
            Int8Weights::Broadcast(x[p] + r * call.row_inputs() + 2 * k);
        HWY_UNROLL(32)
        for (size_t v = 0; v < kPanelVecs; ++v) sums[r][p][v].Add(weights[v], input);
      }
      w[p] += kPanel * 2;
    }
  }
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    const size_t columns = m.outputs - places[p].column;
    HWY_UNROLL(32)
    for (size_t r = 0; r < kRows; ++r) {
      const PanelV row_scale = hn::Set(d, call.quantized.scales[row + r]);
      PanelV out[kPanelVecs];
      HWY_UNROLL(32)
      for (size_t v = 0; v < kPanelVecs; ++v) {
        const size_t at = (panel + p) * kPanel + v * kPanelLanes;
        const PanelV scale = hn::Mul(row_scale, hn::Load(d, m.reduced.scales.data() + at));
        out[v] = hn::MulAdd(sums[r][p][v].ToFloat(), scale, hn::Load(d, m.bias.data() + at));
      }
      float* y =
          call.y + (row + r) * call.y_stride + places[p].group * m.outputs + places[p].column;
      if constexpr (kActivatesStored) {
        StorePanel(out, Activation::kNone, columns, y);
        if (call.activation != Activation::kNone) {
          ActivateStored(call.activation, HWY_MIN(columns, kPanel), y);
        }
      } else {
        StorePanel(out, call.activation, columns, y);
      }
    }
  }
}

// Runs a tile of 1 <= count <= kRows rows.
template <size_t kRows>
HWY_INLINE void TileOfRows(const QuantizedMatMulCall& call, size_t row, size_t count,
                           size_t panel) {
  if constexpr (kRows > 1) {
    if (count < kRows) return TileOfRows<kRows - 1>(call, row, count, panel);
  }
  Tile<kRows, 1>(call, row, panel);
}

void QuantizedMatMulImpl(const QuantizedMatMulCall& call) {
  for (size_t row = 0; row < call.rows; ++row) QuantizeRow(call, row);
  const size_t panels = call.matrix.groups * call.matrix.panels();
  if (call.rows == 1) {
    size_t panel = 0;
    for (; panel + kSinglePanels <= panels; panel += kSinglePanels) {
      Tile<1, kSinglePanels>(call, 0, panel);
    }
    for (; panel < panels; ++panel) Tile<1, 1>(call, 0, panel);
    return;
  }
  for (size_t block = 0; block < call.rows; block += kBlockRows) {
    const size_t rows = HWY_MIN(kBlockRows, call.rows - block);
    // The tiles are of about equal size, since a tile of few rows is slowed by reading weights.
    const size_t tiles = (rows + kMaxRows - 1) / kMaxRows;
    for (size_t panel = 0; panel < panels; ++panel) {
      for (size_t tile = 0; tile < tiles; ++tile) {
        const size_t begin = rows * tile / tiles;
        const size_t end = rows * (tile + 1) / tiles;
        TileOfRows<kMaxRows>(call, block + begin, end - begin, panel);
      }
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(QuantizedMatMulImpl);

void QuantizedRows::Fit(const PackedMatrix& matrix, size_t rows) {
  if (matrix.precision != Precision::kI8) return;
  const size_t size = rows * matrix.groups * 2 * Pairs(matrix.inputs);
  if (values.size() < size) values = AlignedBuffer<int16_t>(size);
  if (scales.size() < rows) scales = AlignedBuffer<float>(rows);
}

void QuantizedMatMul(const PackedMatrix& matrix, size_t rows, const float* x, size_t x_stride,
                     float* y, size_t y_stride, Activation activation,
                     QuantizedRows& scratch) noexcept {
  HWY_DYNAMIC_DISPATCH(QuantizedMatMulImpl)
  ({matrix, rows, x, x_stride, y, y_stride, activation, scratch});
}

}  // namespace dfn
#endif  // HWY_ONCE
