#include "kernels/panel_packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/half.h"
#include "base/quantize.h"
#include "kernels/panel.h"

namespace dfn {
namespace {

// Depths that are packed at a time: a block stays in L1.
constexpr size_t kBlock = 64;

using Block = std::array<float, kBlock * kPanel>;

// The four bytes of a column, in the order of memory.
uint32_t QuadOf(int32_t first, int32_t second, int32_t third, int32_t fourth) {
  const auto byte = [](int32_t value, int place) {
    const int shift = std::endian::native == std::endian::little ? 8 * place : 24 - 8 * place;
    return (static_cast<uint32_t>(value) & 0xffu) << shift;
  };
  return byte(first, 0) | byte(second, 1) | byte(third, 2) | byte(fourth, 3);
}

// Writes rows of kPanel weights, one for each depth, `step` floats apart.
void PackFloats(const PanelSource& source, size_t depth, float* to, size_t step) {
  for (size_t k = 0; k < depth; ++k, to += step) {
    const float* from = source.at + k * source.depth_step;
    if (source.columns == kPanel) {
      for (size_t n = 0; n < kPanel; ++n) to[n] = from[n * source.column_step];
      continue;
    }
    for (size_t n = 0; n < source.columns; ++n) to[n] = from[n * source.column_step];
    std::fill(to + source.columns, to + kPanel, 0.0f);
  }
}

// Calls use(first depth, depths, block) for blocks of rows of kPanel floats. The rows of the last
// block up to a multiple of 8 are zero.
template <class Use>
void ForEachBlock(const PanelSource& source, size_t depth, Use use) {
  Block block;
  for (size_t begin = 0; begin < depth; begin += kBlock) {
    const size_t rows = std::min(kBlock, depth - begin);
    PanelSource part = source;
    part.at += begin * source.depth_step;
    PackFloats(part, rows, block.data(), kPanel);
    const size_t padded = PaddedDepth(rows) * kPanel;
    std::fill(block.begin() + static_cast<ptrdiff_t>(rows * kPanel),
              block.begin() + static_cast<ptrdiff_t>(padded), 0.0f);
    use(begin, rows, block.data());
  }
}

// Likewise, rounded.
void PackHalves(const PanelSource& source, size_t depth, uint16_t* to, size_t step) {
  std::array<uint16_t, kBlock * kPanel> halves;
  ForEachBlock(source, depth, [&](size_t begin, size_t rows, const float* block) {
    HalvesFromFloats(block, rows * kPanel, halves.data());
    for (size_t k = 0; k < rows; ++k) {
      std::copy_n(halves.data() + k * kPanel, kPanel, to + (begin + k) * step);
    }
  });
}

//   bytes: [Quads(depth)][kPanel][4]    scales, column_sums: [kPanel]
void PackBytes(const PanelSource& source, size_t depth, int8_t* bytes, float* scales,
               int32_t* column_sums) {
  std::array<float, kPanel> largest = {};
  ForEachBlock(source, depth, [&](size_t, size_t rows, const float* block) {
    for (size_t k = 0; k < rows; ++k) {
      for (size_t n = 0; n < kPanel; ++n) {
        const float size = std::abs(block[k * kPanel + n]);
        largest[n] = largest[n] < size ? size : largest[n];
      }
    }
  });
  std::array<float, kPanel> divisors;
  for (size_t n = 0; n < kPanel; ++n) {
    scales[n] = ByteScale(largest[n]);
    divisors[n] = ByteDivisor(scales[n]);
  }
  std::array<int32_t, kPanel> sums = {};
  ForEachBlock(source, depth, [&](size_t begin, size_t rows, const float* block) {
    for (size_t k = 0; k < PaddedDepth(rows); k += 4) {
      std::array<uint32_t, kPanel> quads;
      const float* from = block + k * kPanel;
      for (size_t n = 0; n < kPanel; ++n) {
        const int32_t first = ByteOfQuotient(from[n] / divisors[n]);
        const int32_t second = ByteOfQuotient(from[kPanel + n] / divisors[n]);
        const int32_t third = ByteOfQuotient(from[2 * kPanel + n] / divisors[n]);
        const int32_t fourth = ByteOfQuotient(from[3 * kPanel + n] / divisors[n]);
        sums[n] += first + second + third + fourth;
        quads[n] = QuadOf(first, second, third, fourth);
      }
      std::memcpy(bytes + (begin + k) * kPanel, quads.data(), sizeof quads);
    }
  });
  std::copy(sums.begin(), sums.end(), column_sums);
}

// Whether the weights are floats in memory.
constexpr bool AreFloats(Precision precision) {
  return precision == Precision::kF32 || (kWidensHalves && precision == Precision::kF16);
}

}  // namespace

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
  const size_t step = side_by_side * kPanel;
  const size_t at = panel / side_by_side * depth * step + panel % side_by_side * kPanel;
  if (AreFloats(precision)) {
    float* to = weights.floats.data() + at;
    PackFloats(source, depth, to, step);
    if (precision != Precision::kF16) return;
    for (size_t k = 0; k < depth; ++k) RoundToHalf({to + k * step, kPanel});
  } else if (precision == Precision::kF16) {
    PackHalves(source, depth, weights.reduced.halves.data() + at, step);
  } else {
    PackBytes(source, depth, weights.reduced.bytes.data() + panel * kPanel * PaddedDepth(depth),
              weights.reduced.scales.data() + panel * kPanel,
              weights.reduced.column_sums.data() + panel * kPanel);
  }
}

}  // namespace dfn
