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
};

}  // namespace dfn
#endif  // DEEPFILTER_KERNELS_QUANTIZED_MATMUL_ONCE_

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

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

// Writes a row's integers to `to`.
void QuantizeRow(const QuantizedMatMulCall& call, size_t row, int16_t* HWY_RESTRICT to) {
  const PackedMatrix& m = call.matrix;
  const float* x = call.x + row * call.x_stride;
  const auto limit = static_cast<float>(InputLimit(m.inputs));
  // The value is limited to the largest float, so that an infinite input leaves the others finite.
  const float largest =
      std::clamp(MaxAbs(x, m.groups * m.inputs), kSmallestRow, hwy::HighestValue<float>());
  call.quantized.scales[row] = largest / limit;
  const float factor = limit / largest;
  const size_t padded = PaddedDepth(m.inputs);
  if (m.inputs == padded) {
    QuantizeV(x, m.groups * m.inputs, factor, limit, to);
    return;
  }
  for (size_t g = 0; g < m.groups; ++g, to += padded) {
    QuantizeV(x + g * m.inputs, m.inputs, factor, limit, to);
    std::fill(to + m.inputs, to + padded, int16_t{0});
  }
}

// Makes outputs of a row's sums with one panel.
template <Activation kActivation>
HWY_INLINE void StoreSums(const PackedMatrix& m, size_t panel, PanelV row_scale, size_t columns,
                          const int32_t* HWY_RESTRICT sums, float* HWY_RESTRICT y) {
  const PanelD d;
  const hn::RebindToSigned<PanelD> d_sum;
  PanelV out[kPanelVecs];
  HWY_UNROLL(32)
  for (size_t v = 0; v < kPanelVecs; ++v) {
    const size_t at = panel * kPanel + v * kPanelLanes;
    const PanelV scale = hn::Mul(row_scale, hn::Load(d, m.reduced.scales.data() + at));
    const PanelV sum = hn::ConvertTo(d, hn::Load(d_sum, sums + v * kPanelLanes));
    out[v] = hn::MulAdd(sum, scale, hn::Load(d, m.bias.data() + at));
  }
  StorePanel(out, kActivation, columns, y);
}

template <Activation kActivation>
void StorePart(const QuantizedMatMulCall& call, size_t first_row, const ByteCall& part) {
  const PackedMatrix& m = call.matrix;
  const int32_t* sums = part.sums;
  for (size_t row = first_row; row < first_row + part.rows; ++row) {
    const PanelV row_scale = hn::Set(PanelD(), call.quantized.scales[row]);
    PanelPlace place;
    FindPanels<1>(m, part.panel, &place);
    for (size_t panel = part.panel; panel < part.panel + part.panels; ++panel, sums += kPanel) {
      const size_t columns = m.outputs - place.column;
      float* y = call.y + row * call.y_stride + place.group * m.outputs + place.column;
      StoreSums<kActivation>(m, panel, row_scale, columns, sums, y);
      if (kActivatesStored && call.activation > Activation::kRelu) {
        ActivateStored(call.activation, HWY_MIN(columns, kPanel), y);
      }
      place.column += kPanel;
      if (place.column >= m.outputs) place = {place.group + 1, 0};
    }
  }
}

void QuantizedMatMulImpl(const QuantizedMatMulCall& call) {
  const PackedMatrix& m = call.matrix;
  const QuantizedProduct product(m.reduced, m.groups, m.panels(), m.inputs, call.rows,
                                 call.quantized);
  for (size_t row = 0; row < call.rows; ++row) {
    product.SetRow(row, [&](int16_t* to) HWY_ATTR { QuantizeRow(call, row, to); });
  }
  product.ForEachPart(1, false, [&](size_t first_row, const ByteCall& part) HWY_ATTR {
    switch (call.activation) {
      case Activation::kNone:
        return StorePart<Activation::kNone>(call, first_row, part);
      case Activation::kRelu:
        return StorePart<Activation::kRelu>(call, first_row, part);
      case Activation::kSigmoid:
        return StorePart < kActivatesStored ? Activation::kNone
                                            : Activation::kSigmoid > (call, first_row, part);
      case Activation::kTanh:
        return StorePart < kActivatesStored ? Activation::kNone
                                            : Activation::kTanh > (call, first_row, part);
    }
  });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(QuantizedMatMulImpl);

void QuantizedMatMul(const PackedMatrix& matrix, size_t rows, const float* x, size_t x_stride,
                     float* y, size_t y_stride, Activation activation,
                     QuantizedRows& scratch) noexcept {
  HWY_DYNAMIC_DISPATCH(QuantizedMatMulImpl)
  ({matrix, rows, x, x_stride, y, y_stride, activation, scratch});
}

}  // namespace dfn
#endif  // HWY_ONCE
