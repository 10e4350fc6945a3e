// Rounds rows of inputs to bytes, and makes floats of integer sums; for use inside kernels.
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

// How a row becomes bytes: the nearest integer to x * factor + zero, halves to even before zero is
// added, in [0, limit]; NaN gives 0.
struct ByteScale {
  float factor;
  float zero;  // an integer
  float limit;

  HWY_INLINE auto operator()(PanelV x) const {
    const PanelD d;
    const hn::RebindToSigned<PanelD> d32;
    const PanelV least = hn::Set(d, -zero);
    const PanelV most = hn::Set(d, limit - zero);
    PanelV scaled = hn::Mul(x, hn::Set(d, factor));
    scaled = hn::IfThenElse(hn::Gt(scaled, least), scaled, least);
    scaled = hn::IfThenElse(hn::Lt(scaled, most), scaled, most);
    const auto integers = hn::Add(hn::NearestInt(scaled), hn::Set(d32, static_cast<int32_t>(zero)));
    return hn::DemoteTo(hn::Rebind<uint8_t, PanelD>(), integers);
  }
};

HWY_INLINE void ToBytes(const float* HWY_RESTRICT x, size_t n, const ByteScale& scale,
                        uint8_t* HWY_RESTRICT to) {
  const PanelD d;
  const hn::Rebind<uint8_t, PanelD> d8;
  size_t i = 0;
  for (; i + kPanelLanes <= n; i += kPanelLanes) {
    hn::StoreU(scale(hn::LoadU(d, x + i)), d8, to + i);
  }
  if (i == n) return;
  HWY_ALIGN float tail[kPanel] = {};
  HWY_ALIGN uint8_t out[kPanel];
  std::memcpy(tail, x + i, (n - i) * sizeof(float));
  hn::StoreU(scale(hn::Load(d, tail)), d8, out);
  std::memcpy(to + i, out, n - i);
}

// Writes a row's bytes, [groups][PaddedDepth(depth)], to `to`, and its scale and zero to `rows`.
HWY_INLINE void QuantizeRow(const float* HWY_RESTRICT x, size_t groups, size_t depth, size_t row,
                            QuantizedRows& rows, uint8_t* HWY_RESTRICT to) {
  const PanelD d;
  const InputRange range = FindRange(x, groups * depth);
  const float width = HWY_MAX(range.high - range.low, kSmallestRange);
  const auto limit = static_cast<float>(InputLimit(depth));
  const float factor = limit / width;
  const int32_t zero = hn::GetLane(hn::NearestInt(hn::Set(d, -range.low * factor)));
  rows.scales[row] = width / limit;
  rows.zeros[row] = zero;
  const ByteScale scale = {factor, static_cast<float>(zero), limit};
  const size_t padded = PaddedDepth(depth);
  if (depth == padded) return ToBytes(x, groups * depth, scale, to);
  for (size_t g = 0; g < groups; ++g, to += padded) {
    ToBytes(x + g * depth, depth, scale, to);
    std::fill(to + depth, to + padded, uint8_t{0});
  }
}

// The sums of weights and inputs of a vector of columns, without the inputs' scale, from the sums of
// weights and bytes.
HWY_INLINE PanelV SumsOfBytes(const int32_t* HWY_RESTRICT sums, int32_t zero,
                              const int32_t* HWY_RESTRICT column_sums) {
  const hn::RebindToSigned<PanelD> d32;
  const auto of_zero = hn::Mul(hn::Set(d32, zero), hn::Load(d32, column_sums));
  return hn::ConvertTo(PanelD(), hn::Sub(hn::Load(d32, sums), of_zero));
}

}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#endif  // DEEPFILTER_KERNELS_QUANTIZE_INL_H_
