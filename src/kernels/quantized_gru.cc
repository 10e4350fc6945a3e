#include "kernels/quantized_gru.h"

#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/quantized_gru.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/gru-inl.h"
#include "kernels/panel-inl.h"
#include "kernels/quantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// Computes the new state of a panel's units from the integer sums of its gates.
HWY_INLINE void GatesOfSums(const PackedGru& gru, const GruRow& row, size_t panel, PanelV row_scale,
                            int32_t zero, const int32_t* HWY_RESTRICT sums) {
  const PanelD d;
  const float* HWY_RESTRICT scales = gru.reduced.scales.data() + panel * kWidth;
  const int32_t* HWY_RESTRICT column_sums = gru.reduced.column_sums.data() + panel * kWidth;
  PanelSums gates;
  HWY_UNROLL(32)
  for (size_t column = 0; column < kWidth; column += kPanelLanes) {
    const PanelV sum = SumsOfBytes(sums + column, zero, column_sums + column);
    const PanelV scale = hn::Mul(row_scale, hn::Load(d, scales + column));
    const PanelV start = Start(gru, row, panel, column);
    hn::Store(hn::MulAdd(sum, scale, start), d, gates.gates + column);
  }
  Gates(gates, row, panel);
}

void UsePart(const PackedGru& gru, const GruRow* rows, size_t first_row, const ByteCall& part,
             const QuantizedRows& quantized) {
  const int32_t* sums = part.sums;
  for (size_t row = first_row; row < first_row + part.rows; ++row) {
    const PanelV row_scale = hn::Set(PanelD(), quantized.scales[row]);
    const int32_t zero = quantized.zeros[row];
    for (size_t panel = part.panel; panel < part.panel + part.panels; panel += kGates) {
      GatesOfSums(gru, rows[row], panel / kGates, row_scale, zero, sums);
      sums += kWidth;
    }
  }
}

void QuantizedGruStepsImpl(const PackedGru& gru, std::span<const GruStream> streams,
                           size_t output_stride, GruStepScratch& scratch) {
  const auto step = [&](const GruRow* rows, size_t count, bool backwards) HWY_ATTR {
    const QuantizedProduct product(gru.reduced, 1, kGates * gru.panels(), gru.hidden, count,
                                   scratch.quantized);
    for (size_t row = 0; row < count; ++row) {
      product.SetRow(row, [&](size_t at, auto* to) HWY_ATTR {
        QuantizeRow(rows[at].state, 1, gru.hidden, at, scratch.quantized, to);
      });
    }
    product.ForEachPart(kGates, backwards, [&](size_t first_row, const ByteCall& part) HWY_ATTR {
      UsePart(gru, rows, first_row, part, scratch.quantized);
    });
  };
  ForEachStep(gru, streams, output_stride, scratch.rows.data(), step);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(QuantizedGruStepsImpl);

void QuantizedGruSteps(const PackedGru& gru, std::span<const GruStream> streams,
                       size_t output_stride, GruStepScratch& scratch) noexcept {
  HWY_DYNAMIC_DISPATCH(QuantizedGruStepsImpl)(gru, streams, output_stride, scratch);
}

}  // namespace dfn
#endif  // HWY_ONCE
