// What GRU steps on floats and on integers share: the gates of a panel, and the loop over the steps.
#if defined(DEEPFILTER_KERNELS_GRU_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPFILTER_KERNELS_GRU_INL_H_
#undef DEEPFILTER_KERNELS_GRU_INL_H_
#else
#define DEEPFILTER_KERNELS_GRU_INL_H_
#endif

#include <hwy/highway.h>

#include <cstring>
#include <span>

#include "kernels/gru.h"
#include "kernels/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

constexpr size_t kGates = PackedGru::kGates;
constexpr size_t kWidth = kGates * kPanel;

// The sums of a panel's gates for one row.
struct PanelSums {
  HWY_ALIGN float gates[kWidth];  // z, r and bias_n + h Rn
};

// The initial value of the sum of a panel's column `column`.
HWY_INLINE PanelV Start(const PackedGru& gru, const GruRow& row, size_t panel, size_t column) {
  const PanelD d;
  constexpr size_t kColumnN = 2 * kPanel;
  if (column < kColumnN) return hn::LoadU(d, row.projected + panel * kWidth + column);
  return hn::Load(d, gru.bias_n.data() + panel * kPanel + column - kColumnN);
}

// Computes the new state of a panel's units.
HWY_INLINE void Gates(const PanelSums& sums, const GruRow& row, size_t panel) {
  const PanelD d;
  const float* HWY_RESTRICT projected_n = row.projected + panel * kWidth + 2 * kPanel;
  const float* HWY_RESTRICT state = row.state + panel * kPanel;
  float* HWY_RESTRICT output = row.output + panel * kPanel;
  for (size_t i = 0; i < kPanel; i += kPanelLanes) {
    const PanelV z = SigmoidV(d, hn::Load(d, sums.gates + i));
    const PanelV r = SigmoidV(d, hn::Load(d, sums.gates + kPanel + i));
    const PanelV sum_n = hn::Load(d, sums.gates + 2 * kPanel + i);
    const PanelV n = TanhV(d, hn::MulAdd(r, sum_n, hn::LoadU(d, projected_n + i)));
    const PanelV old = hn::LoadU(d, state + i);
    hn::StoreU(hn::MulAdd(z, hn::Sub(old, n), n), d, output + i);
  }
}

// Calls step(rows, count, backwards) for each step, with the streams that have a frame then.
template <class Step>
HWY_INLINE void ForEachStep(const PackedGru& gru, std::span<const GruStream> streams,
                            size_t output_stride, GruRow* rows, Step step) {
  for (size_t t = 0;; ++t) {
    size_t count = 0;
    for (const GruStream& stream : streams) {
      if (t >= stream.frames) continue;
      float* output = stream.output + t * output_stride;
      const float* state = t == 0 ? stream.state : output - output_stride;
      rows[count++] = {stream.projected + t * gru.projected(), state, output};
    }
    if (count == 0) break;
    // Every other step runs backwards over the panels: if a layer is larger than L2, the weights
    // that the previous step read last are still in it.
    step(rows, count, t % 2 != 0);
  }
  for (const GruStream& stream : streams) {
    if (stream.frames == 0) continue;
    std::memcpy(stream.state, stream.output + (stream.frames - 1) * output_stride,
                gru.padded() * sizeof(float));
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#endif  // DEEPFILTER_KERNELS_GRU_INL_H_
