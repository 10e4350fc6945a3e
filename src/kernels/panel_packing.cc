#include "kernels/panel_packing.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/panel_packing.cc"
#include <hwy/foreach_target.h>
// This header must follow foreach_target.h.
#include <hwy/highway.h>

#include "base/half.h"
#include "base/quantize.h"
#include "kernels/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dfn {
namespace HWY_NAMESPACE {
namespace {

// Depths that are packed at a time: a block stays in L1.
constexpr size_t kBlock = 64;

// The depths of a transposition, and the lanes of the blocks of vectors in which it is done.
constexpr size_t kFour = 4;

// Whether DemoteTo is an instruction that rounds to the nearest half, ties to even. What Highway has for
// other targets rounds otherwise.
#if (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2 && !defined(HWY_DISABLE_F16C)) || HWY_ARCH_ARM_A64
constexpr bool kRoundsHalves = true;
#else
constexpr bool kRoundsHalves = false;
#endif

#if HWY_TARGET != HWY_SCALAR

// Loads four depths of every fourth column: block b of the vector is that of column 4 b.
template <class D>
HWY_INLINE hn::Vec<D> LoadFours(D d, const float* from, size_t column_step) {
  constexpr size_t kLanes = hn::MaxLanes(D());
  if constexpr (kLanes <= kFour) {
    return hn::LoadU(d, from);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, LoadFours(half, from + kLanes / 2 * column_step, column_step),
                       LoadFours(half, from, column_step));
  }
}

// Writes the rows of four depths of columns whose depths are adjacent.
HWY_INLINE void TransposeFour(const float* from, size_t column_step, float* HWY_RESTRICT to,
                              size_t step) {
  const PanelD d;
  const hn::RepartitionToWide<hn::RebindToUnsigned<PanelD>> d_pair;
  for (size_t column = 0; column < kPanel; column += kPanelLanes) {
    const float* at = from + column * column_step;
    const PanelV a = LoadFours(d, at, column_step);
    const PanelV b = LoadFours(d, at + column_step, column_step);
    const PanelV c = LoadFours(d, at + 2 * column_step, column_step);
    const PanelV e = LoadFours(d, at + 3 * column_step, column_step);
    const auto ab_low = hn::BitCast(d_pair, hn::InterleaveLower(d, a, b));
    const auto ab_high = hn::BitCast(d_pair, hn::InterleaveUpper(d, a, b));
    const auto ce_low = hn::BitCast(d_pair, hn::InterleaveLower(d, c, e));
    const auto ce_high = hn::BitCast(d_pair, hn::InterleaveUpper(d, c, e));
    float* HWY_RESTRICT row = to + column;
    hn::Store(hn::BitCast(d, hn::InterleaveLower(d_pair, ab_low, ce_low)), d, row);
    hn::Store(hn::BitCast(d, hn::InterleaveUpper(d_pair, ab_low, ce_low)), d, row + step);
    hn::Store(hn::BitCast(d, hn::InterleaveLower(d_pair, ab_high, ce_high)), d, row + 2 * step);
    hn::Store(hn::BitCast(d, hn::InterleaveUpper(d_pair, ab_high, ce_high)), d, row + 3 * step);
  }
}

#endif

// Writes rows of kPanel weights, one for each depth, `step` floats apart.
HWY_INLINE void PackFloats(const PanelSource& source, size_t depth, float* HWY_RESTRICT to,
                           size_t step) {
  size_t k = 0;
#if HWY_TARGET != HWY_SCALAR
  if (source.depth_step == 1 && source.columns == kPanel) {
    for (; k + kFour <= depth; k += kFour) {
      TransposeFour(source.at + k, source.column_step, to + k * step, step);
    }
  }
#endif
  for (; k < depth; ++k) {
    const float* from = source.at + k * source.depth_step;
    float* row = to + k * step;
    if (source.columns == kPanel && source.column_step == 1) {
      std::copy_n(from, kPanel, row);
      continue;
    }
    for (size_t n = 0; n < source.columns; ++n) row[n] = from[n * source.column_step];
    std::fill(row + source.columns, row + kPanel, 0.0f);
  }
}

// Calls use(first depth, depths, block) for blocks of rows of kPanel floats. The rows of the last
// block up to a multiple of 8 are zero.
template <class Use>
HWY_INLINE void ForEachBlock(const PanelSource& source, size_t depth, Use use) {
  HWY_ALIGN float block[kBlock * kPanel];
  for (size_t begin = 0; begin < depth; begin += kBlock) {
    const size_t rows = std::min(kBlock, depth - begin);
    PanelSource part = source;
    part.at += begin * source.depth_step;
    PackFloats(part, rows, block, kPanel);
    std::fill(block + rows * kPanel, block + PaddedDepth(rows) * kPanel, 0.0f);
    use(begin, rows, block);
  }
}

// Rounds a row to halves. The weights are finite.
HWY_INLINE void RoundRow(const float* HWY_RESTRICT row, uint16_t* HWY_RESTRICT to) {
  if constexpr (kRoundsHalves) {
    constexpr float kLargest = 65504.0f;
    const PanelD d;
    const hn::Rebind<hwy::float16_t, PanelD> d_half;
    const hn::Rebind<uint16_t, PanelD> d_bits;
    for (size_t n = 0; n < kPanel; n += kPanelLanes) {
      const PanelV weights = ClampV(d, hn::Load(d, row + n), kLargest);
      hn::Store(hn::BitCast(d_bits, hn::DemoteTo(d_half, weights)), d_bits, to + n);
    }
  } else {
    HalvesFromFloats(row, kPanel, to);
  }
}

// PackFloats, rounded.
void PackHalves(const PanelSource& source, size_t depth, uint16_t* HWY_RESTRICT to, size_t step) {
  ForEachBlock(source, depth, [&](size_t begin, size_t rows, const float* block) HWY_ATTR {
    for (size_t k = 0; k < rows; ++k) RoundRow(block + k * kPanel, to + (begin + k) * step);
  });
}

// The byte of depth `kPlace` of four, moved to its place in the order of memory.
template <size_t kPlace, class D>
HWY_INLINE hn::Vec<D> PlaceByte(D d, hn::Vec<D> byte) {
  constexpr int kShift =
      static_cast<int>(8 * (std::endian::native == std::endian::little ? kPlace : 3 - kPlace));
  return hn::ShiftLeft<kShift>(hn::And(byte, hn::Set(d, 0xff)));
}

//   bytes: [Quads(depth)][kPanel][4]    scales, column_sums: [kPanel]
void PackBytes(const PanelSource& source, size_t depth, int8_t* HWY_RESTRICT bytes,
               float* HWY_RESTRICT scales, int32_t* HWY_RESTRICT column_sums) {
  const PanelD d;
  const hn::RebindToSigned<PanelD> d_sum;
  HWY_ALIGN float largest[kPanel] = {};
  ForEachBlock(source, depth, [&](size_t, size_t rows, const float* block) HWY_ATTR {
    for (size_t n = 0; n < kPanel; n += kPanelLanes) {
      PanelV most = hn::Load(d, largest + n);
      for (size_t k = 0; k < rows; ++k) {
        most = hn::Max(most, hn::Abs(hn::Load(d, block + k * kPanel + n)));
      }
      hn::Store(most, d, largest + n);
    }
  });
  HWY_ALIGN float divisors[kPanel];
  for (size_t n = 0; n < kPanel; ++n) {
    scales[n] = ByteScale(largest[n]);
    divisors[n] = ByteDivisor(scales[n]);
  }
  std::fill_n(column_sums, kPanel, 0);
  ForEachBlock(source, depth, [&](size_t begin, size_t rows, const float* block) HWY_ATTR {
    for (size_t n = 0; n < kPanel; n += kPanelLanes) {
      const PanelV divisor = hn::Load(d, divisors + n);
      // ByteOfQuotient, in vectors.
      const auto byte_of = [&](const float* weights) HWY_ATTR {
        const PanelV quotient = DivV(d, hn::Load(d, weights), divisor);
        const PanelV sum = hn::Add(ClampV(d, quotient, kLargestByte), hn::Set(d, kByteIntegers));
        return hn::Sub(hn::BitCast(d_sum, sum),
                       hn::Set(d_sum, std::bit_cast<int32_t>(kByteIntegers)));
      };
      auto sum = hn::Load(d_sum, column_sums + n);
      for (size_t k = 0; k < PaddedDepth(rows); k += kFour) {
        const float* row = block + k * kPanel + n;
        const auto first = byte_of(row);
        const auto second = byte_of(row + kPanel);
        const auto third = byte_of(row + 2 * kPanel);
        const auto fourth = byte_of(row + 3 * kPanel);
        sum = hn::Add(sum, hn::Add(hn::Add(first, second), hn::Add(third, fourth)));
        const auto quads = hn::Or(hn::Or(PlaceByte<0>(d_sum, first), PlaceByte<1>(d_sum, second)),
                                  hn::Or(PlaceByte<2>(d_sum, third), PlaceByte<3>(d_sum, fourth)));
        HWY_ALIGN int32_t stored[kPanelLanes];
        hn::Store(quads, d_sum, stored);
        std::memcpy(bytes + (begin + k) * kPanel + kFour * n, stored, sizeof stored);
      }
      hn::Store(sum, d_sum, column_sums + n);
    }
  });
}

void PackPanelImpl(const PanelSource& source, size_t depth, Precision precision, size_t panel,
                   size_t side_by_side, const PanelWeights& weights) {
  const size_t step = side_by_side * kPanel;
  const size_t at = panel / side_by_side * depth * step + panel % side_by_side * kPanel;
  if (precision == Precision::kI8) {
    PackBytes(source, depth, weights.reduced.bytes.data() + panel * kPanel * PaddedDepth(depth),
              weights.reduced.scales.data() + panel * kPanel,
              weights.reduced.column_sums.data() + panel * kPanel);
  } else if (!AreFloats(precision)) {
    PackHalves(source, depth, weights.reduced.halves.data() + at, step);
  } else {
    float* to = weights.floats.data() + at;
    PackFloats(source, depth, to, step);
    if (precision != Precision::kF16) return;
    for (size_t k = 0; k < depth; ++k) RoundToHalf({to + k * step, kPanel});
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dfn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dfn {

HWY_EXPORT(PackPanelImpl);

size_t PanelBytes(size_t panels, size_t depth, Precision precision) {
  const size_t columns = panels * kPanel;
  if (AreFloats(precision)) return MemoryRoom::BytesOf<float>(columns * depth);
  if (precision == Precision::kF16) return MemoryRoom::BytesOf<uint16_t>(columns * depth);
  return MemoryRoom::BytesOf<int8_t>(columns * PaddedDepth(depth)) +
         MemoryRoom::BytesOf<float>(columns) + MemoryRoom::BytesOf<int32_t>(columns);
}

void NewPanels(size_t panels, size_t depth, Precision precision, MemoryRoom* room,
               const PanelWeights& weights) {
  const size_t columns = panels * kPanel;
  if (AreFloats(precision)) {
    weights.floats = NewBuffer<float>(columns * depth, room);
  } else if (precision == Precision::kF16) {
    weights.reduced.halves = NewBuffer<uint16_t>(columns * depth, room);
  } else {
    weights.reduced.bytes = NewBuffer<int8_t>(columns * PaddedDepth(depth), room);
    weights.reduced.scales = NewBuffer<float>(columns, room);
    weights.reduced.column_sums = NewBuffer<int32_t>(columns, room);
  }
}

void PackPanel(const PanelSource& source, size_t depth, Precision precision, size_t panel,
               size_t side_by_side, const PanelWeights& weights) {
  HWY_DYNAMIC_DISPATCH(PackPanelImpl)(source, depth, precision, panel, side_by_side, weights);
}

}  // namespace dfn
#endif  // HWY_ONCE
