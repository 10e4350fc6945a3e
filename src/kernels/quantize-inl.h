// Rounds rows of inputs to integers, and makes floats of integer sums; for use inside kernels.
#if defined(DEEPFILTER_KERNELS_QUANTIZE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DEEPFILTER_KERNELS_QUANTIZE_INL_H_
#undef DEEPFILTER_KERNELS_QUANTIZE_INL_H_
#else
#define DEEPFILTER_KERNELS_QUANTIZE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/panel-inl.h"
#include "kernels/quantized_rows.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {

// The least range that a row counts as: it keeps the scale and its inverse in float's normal range for
// rows of zeros.
inline constexpr float kSmallestRange = 1e-30f;

// A row's least and largest input, 0 among them.
struct InputRange {
  float low;
  float high;
};

// NaN is ignored. Ends are limited to half of the largest float, so that their distance is finite and
// an infinite input leaves the others so.
HWY_INLINE InputRange FindRange(const float* HWY_RESTRICT x, size_t n) {
  const PanelD d;
  PanelV low = hn::Zero(d);
  PanelV high = hn::Zero(d);
  size_t i = 0;
  for (; i + kPanelLanes <= n; i += kPanelLanes) {
    const PanelV v = hn::LoadU(d, x + i);
    low = hn::IfThenElse(hn::Lt(v, low), v, low);
    high = hn::IfThenElse(hn::Gt(v, high), v, high);
  }
  InputRange range = {hn::GetLane(hn::MinOfLanes(d, low)), hn::GetLane(hn::MaxOfLanes(d, high))};
  for (; i < n; ++i) {
    if (x[i] < range.low) range.low = x[i];
    if (x[i] > range.high) range.high = x[i];
  }
  constexpr float kMost = hwy::HighestValue<float>() / 2;
  return {HWY_MAX(range.low, -kMost), HWY_MIN(range.high, kMost)};
}

// How a row becomes integers: the nearest to x * factor, halves to even, in [-zero, limit - zero]; NaN
// gives the least.
struct InputSteps {
  float factor;
  float zero;  // an integer
  float limit;

  HWY_INLINE auto Round(PanelV x) const {
    const PanelD d;
    const PanelV least = hn::Set(d, -zero);
    const PanelV most = hn::Set(d, limit - zero);
    PanelV scaled = hn::Mul(x, hn::Set(d, factor));
    scaled = hn::IfThenElse(hn::Gt(scaled, least), scaled, least);
    return hn::NearestInt(hn::IfThenElse(hn::Lt(scaled, most), scaled, most));
  }

  HWY_INLINE void Store(PanelV x, int16_t* HWY_RESTRICT to) const {
    const hn::Rebind<int16_t, PanelD> d16;
    hn::StoreU(hn::DemoteTo(d16, Round(x)), d16, to);
  }
  HWY_INLINE void Store(PanelV x, uint8_t* HWY_RESTRICT to) const {
    const hn::Rebind<uint8_t, PanelD> d8;
    const hn::RebindToSigned<PanelD> d32;
    const auto moved = hn::Add(Round(x), hn::Set(d32, static_cast<int32_t>(zero)));
    hn::StoreU(hn::DemoteTo(d8, moved), d8, to);
  }
};

template <class T>
HWY_INLINE void RoundInputs(const float* HWY_RESTRICT x, size_t n, const InputSteps& steps,
                            T* HWY_RESTRICT to) {
  const PanelD d;
  size_t i = 0;
  for (; i + kPanelLanes <= n; i += kPanelLanes) steps.Store(hn::LoadU(d, x + i), to + i);
  if (i == n) return;
  HWY_ALIGN float tail[kPanel] = {};
  HWY_ALIGN T out[kPanel];
  std::memcpy(tail, x + i, (n - i) * sizeof(float));
  steps.Store(hn::Load(d, tail), out);
  std::memcpy(to + i, out, (n - i) * sizeof(T));
}

// Writes a row's inputs, [groups][PaddedDepth(depth)], to `to`, and its scale and zero to `rows`. T is
// uint8_t, or int16_t for inputs that are less by the row's zero.
template <class T>
HWY_INLINE void QuantizeRow(const float* HWY_RESTRICT x, size_t groups, size_t depth, size_t row,
                            QuantizedRows& rows, T* HWY_RESTRICT to) {
  const PanelD d;
  const InputRange range = FindRange(x, groups * depth);
  const float width = HWY_MAX(range.high - range.low, kSmallestRange);
  const auto limit = static_cast<float>(InputLimit(depth));
  const float factor = limit / width;
  const int32_t zero = hn::GetLane(hn::NearestInt(hn::Set(d, -range.low * factor)));
  rows.scales[row] = width / limit;
  rows.zeros[row] = zero;
  const InputSteps steps = {factor, static_cast<float>(zero), limit};
  const size_t padded = PaddedDepth(depth);
  if (depth == padded) return RoundInputs(x, groups * depth, steps, to);
  for (size_t g = 0; g < groups; ++g, to += padded) {
    RoundInputs(x + g * depth, depth, steps, to);
    std::fill(to + depth, to + padded, T{0});
  }
}

// The sums of weights and inputs of a vector of columns, without the inputs' scale, from the sums of
// weights and bytes.
HWY_INLINE PanelV SumsOfBytes(const int32_t* HWY_RESTRICT sums, int32_t zero,
                              const int32_t* HWY_RESTRICT column_sums) {
  const hn::RebindToSigned<PanelD> d32;
  auto sum = hn::Load(d32, sums);
  if (zero != 0) sum = hn::Sub(sum, hn::Mul(hn::Set(d32, zero), hn::Load(d32, column_sums)));
  return hn::ConvertTo(PanelD(), sum);
}

}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#endif  // DEEPFILTER_KERNELS_QUANTIZE_INL_H_
