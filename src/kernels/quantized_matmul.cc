#include "kernels/quantized_matmul.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/quantized_matmul.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/panel-inl.h"
#include "kernels/quantize-inl.h"

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

// Makes outputs of a row's sums with one panel.
template <Activation kActivation>
HWY_INLINE void StoreSums(const PackedMatrix& m, size_t panel, PanelV row_scale, int32_t zero,
                          size_t columns, const int32_t* HWY_RESTRICT sums, float* HWY_RESTRICT y) {
  const PanelD d;
  PanelV out[kPanelVecs];
  HWY_UNROLL(32)
  for (size_t v = 0; v < kPanelVecs; ++v) {
    const size_t at = panel * kPanel + v * kPanelLanes;
    const PanelV scale = hn::Mul(row_scale, hn::Load(d, m.reduced.scales.data() + at));
    const PanelV sum = SumsOfBytes(sums + v * kPanelLanes, zero, m.reduced.column_sums.data() + at);
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
    const int32_t zero = call.quantized.zeros[row];
    PanelPlace place;
    FindPanels<1>(m, part.panel, &place);
    for (size_t panel = part.panel; panel < part.panel + part.panels; ++panel, sums += kPanel) {
      const size_t columns = m.outputs - place.column;
      float* y = call.y + row * call.y_stride + place.group * m.outputs + place.column;
      StoreSums<kActivation>(m, panel, row_scale, zero, columns, sums, y);
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
    product.SetRow(row, [&](size_t at, auto* to) HWY_ATTR {
      QuantizeRow(call.x + at * call.x_stride, m.groups, m.inputs, at, call.quantized, to);
    });
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
