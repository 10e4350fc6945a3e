#include "kernels/quantized_gru.h"

#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/quantized_gru.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "kernels/gru-inl.h"
#include "kernels/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// Computes the new state of a panel's units from the integer sums of its gates.
HWY_INLINE void GatesOfSums(const PackedGru& gru, const GruRow& row, size_t panel,
                            const int32_t* HWY_RESTRICT sums) {
  const PanelD d;
  const hn::RebindToSigned<PanelD> d_sum;
  const float* HWY_RESTRICT scales = gru.reduced.scales.data() + panel * kWidth;
  PanelSums gates;
  HWY_UNROLL(32)
  for (size_t column = 0; column < kWidth; column += kPanelLanes) {
    const PanelV sum = hn::ConvertTo(d, hn::Load(d_sum, sums + column));
    const PanelV start = Start(gru, row, panel, column);
    hn::Store(hn::MulAdd(sum, hn::Load(d, scales + column), start), d, gates.gates + column);
  }
  Gates(gates, row, panel);
}

void UsePart(const PackedGru& gru, const GruRow* rows, const ByteCall& part) {
  const int32_t* sums = part.sums;
  for (size_t row = 0; row < part.rows; ++row) {
    for (size_t panel = part.panel; panel < part.panel + part.panels; panel += kGates) {
      GatesOfSums(gru, rows[row], panel / kGates, sums);
      sums += kWidth;
    }
  }
}

void QuantizedGruStepsImpl(const PackedGru& gru, std::span<const GruStream> streams,
                           size_t output_stride, GruStepScratch& scratch) {
  const auto one = static_cast<float>(InputLimit(gru.hidden));
  const auto step = [&](const GruRow* rows, size_t count, bool backwards) HWY_ATTR {
    const QuantizedProduct product(gru.reduced, 1, kGates * gru.panels(), gru.hidden, count,
                                   scratch.quantized);
    for (size_t row = 0; row < count; ++row) {
      product.SetRow(row, [&](int16_t* to) HWY_ATTR {
        QuantizeV(rows[row].state, PaddedDepth(gru.hidden), one, one, to);
      });
    }
    product.ForEachPart(kGates, backwards, [&](size_t first_row, const ByteCall& part) HWY_ATTR {
      UsePart(gru, rows + first_row, part);
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
