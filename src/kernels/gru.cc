#include "kernels/gru.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gru.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "kernels/activations-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

using D = hn::CappedTag<float, kPanel>;
using V = hn::Vec<D>;
constexpr size_t kLanes = hn::MaxLanes(D());
constexpr size_t kVecs = kPanel / kLanes;
constexpr size_t kGateVecs = PackedGru::kGates * kVecs;
// Panels at a time: twelve accumulators, few enough for 16 registers and enough to hide the
// latency of a multiply-add.
constexpr size_t kBatch = kVecs <= 4 ? 4 / kVecs : 1;

// Gates of one panel from its three products. acc holds z, r and
// bias_n + h Rn.
HWY_INLINE void Gates(const V* HWY_RESTRICT acc, const float* HWY_RESTRICT projected_n,
                      const float* HWY_RESTRICT h, float* HWY_RESTRICT out) {
  const D d;
  for (size_t v = 0; v < kVecs; ++v) {
    const V z = SigmoidV(d, acc[v]);
    const V r = SigmoidV(d, acc[kVecs + v]);
    const V pn = hn::Load(d, projected_n + v * kLanes);
    const V n = TanhV(d, hn::MulAdd(r, acc[2 * kVecs + v], pn));
    const V old = hn::LoadU(d, h + v * kLanes);
    hn::StoreU(hn::MulAdd(z, hn::Sub(old, n), n), d, out + v * kLanes);
  }
}

// One step of panels [panel, panel + kPanels).
template <size_t kPanels>
HWY_INLINE void StepPanels(const PackedGru& gru, size_t panel, const float* HWY_RESTRICT projected,
                           const float* HWY_RESTRICT h, float* HWY_RESTRICT out) {
  const D d;
  constexpr size_t kWidth = PackedGru::kGates * kPanel;
  V acc[kPanels][kGateVecs];
  const float* HWY_RESTRICT w[kPanels];
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = gru.recurrent.data() + (panel + p) * gru.hidden * kWidth;
    const float* from = projected + (panel + p) * kWidth;
    for (size_t v = 0; v < 2 * kVecs; ++v) acc[p][v] = hn::Load(d, from + v * kLanes);
    const float* bias = gru.bias_n.data() + (panel + p) * kPanel;
    for (size_t v = 0; v < kVecs; ++v) acc[p][2 * kVecs + v] = hn::Load(d, bias + v * kLanes);
  }
  for (size_t k = 0; k < gru.hidden; ++k) {
    const V input = hn::Set(d, h[k]);
    for (size_t p = 0; p < kPanels; ++p) {
      for (size_t v = 0; v < kGateVecs; ++v) {
        acc[p][v] = hn::MulAdd(hn::Load(d, w[p] + v * kLanes), input, acc[p][v]);
      }
      w[p] += kWidth;
    }
  }
  for (size_t p = 0; p < kPanels; ++p) {
    const size_t unit = (panel + p) * kPanel;
    Gates(acc[p], projected + (panel + p) * kWidth + 2 * kPanel, h + unit, out + unit);
  }
}

HWY_INLINE void Step(const PackedGru& gru, bool backwards, const float* HWY_RESTRICT projected,
                     const float* HWY_RESTRICT h, float* HWY_RESTRICT out) {
  const size_t panels = gru.panels();
  const size_t batches = panels / kBatch;
  for (size_t i = 0; i < batches; ++i) {
    StepPanels<kBatch>(gru, (backwards ? batches - 1 - i : i) * kBatch, projected, h, out);
  }
  for (size_t panel = batches * kBatch; panel < panels; ++panel) {
    StepPanels<1>(gru, panel, projected, h, out);
  }
}

void GruStepsImpl(const PackedGru& gru, size_t frames, const float* HWY_RESTRICT projected,
                  float* HWY_RESTRICT state, float* HWY_RESTRICT output, size_t output_stride) {
  const float* h = state;
  for (size_t t = 0; t < frames; ++t) {
    float* out = output + t * output_stride;
    // Every other step runs backwards over the panels: where a layer is larger than L2, what the
    // step before read last is still there.
    Step(gru, t % 2 != 0, projected + t * gru.projected(), h, out);
    h = out;
  }
  if (frames > 0) std::memcpy(state, h, gru.padded() * sizeof(float));
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(GruStepsImpl);

void GruSteps(const PackedGru& gru, size_t frames, const float* projected, float* state,
              float* output, size_t output_stride) noexcept {
  HWY_DYNAMIC_DISPATCH(GruStepsImpl)(gru, frames, projected, state, output, output_stride);
}

}  // namespace dfn
#endif  // HWY_ONCE
