#include "kernels/reduced_weights.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>

#include "base/half.h"
#include "base/quantize.h"

namespace dfn {
namespace {

// The four bytes of a column, in the order of memory.
uint32_t QuadOf(const std::array<int32_t, 4>& bytes) {
  uint32_t quad = 0;
  for (size_t i = 0; i < 4; ++i) {
    const size_t shift = std::endian::native == std::endian::little ? 8 * i : 24 - 8 * i;
    quad |= (static_cast<uint32_t>(bytes[i]) & 0xffu) << shift;
  }
  return quad;
}

// Packs depths [4 * quad, 4 * quad + 4) of a panel, whose rows are `step` floats apart. Compilers make
// vectors of the loop over the columns.
void QuantizeQuad(const float* weights, size_t step, const float* divisors, int8_t* bytes,
                  int32_t* sums) {
  std::array<uint32_t, kPanel> quads;
  for (size_t n = 0; n < kPanel; ++n) {
    const int32_t first = ByteOfQuotient(weights[n] / divisors[n]);
    const int32_t second = ByteOfQuotient(weights[step + n] / divisors[n]);
    const int32_t third = ByteOfQuotient(weights[2 * step + n] / divisors[n]);
    const int32_t fourth = ByteOfQuotient(weights[3 * step + n] / divisors[n]);
    sums[n] += first + second + third + fourth;
    quads[n] = QuadOf({first, second, third, fourth});
  }
  std::memcpy(bytes, quads.data(), sizeof quads);
}

// Packs a panel of a block whose rows are `width` floats apart.
void QuantizePanel(const float* weights, size_t depth, size_t width, int8_t* bytes, float* scales,
                   int32_t* sums) {
  std::array<float, kPanel> largest = {};
  for (size_t k = 0; k < depth; ++k) {
    for (size_t n = 0; n < kPanel; ++n) {
      const float size = std::abs(weights[k * width + n]);
      largest[n] = largest[n] < size ? size : largest[n];
    }
  }
  std::array<float, kPanel> divisors;
  for (size_t n = 0; n < kPanel; ++n) {
    scales[n] = ByteScale(largest[n]);
    divisors[n] = ByteDivisor(scales[n]);
  }
  const size_t whole = depth / 4 * 4;
  for (size_t k = 0; k < whole; k += 4) {
    QuantizeQuad(weights + k * width, width, divisors.data(), bytes + k * kPanel, sums);
  }
  if (whole == depth) return;
  std::array<float, 4 * kPanel> rest = {};
  for (size_t k = whole; k < depth; ++k) {
    std::copy_n(weights + k * width, kPanel, rest.data() + (k - whole) * kPanel);
  }
  QuantizeQuad(rest.data(), kPanel, divisors.data(), bytes + whole * kPanel, sums);
}

}  // namespace

ReducedWeights ReduceWeights(std::span<const float> weights, size_t depth, size_t width,
                             Precision precision) {
  assert(precision != Precision::kF32);
  const size_t blocks = weights.size() / (depth * width);
  assert(blocks * depth * width == weights.size());
  ReducedWeights reduced;
  if (precision == Precision::kF16) {
    reduced.halves = AlignedBuffer<uint16_t>(weights.size());
    HalvesFromFloats(weights.data(), weights.size(), reduced.halves.data());
    return reduced;
  }
  assert(width % kPanel == 0);
  const size_t panels = blocks * width / kPanel;
  const size_t panel_bytes = PaddedDepth(depth) * kPanel;
  reduced.bytes = AlignedBuffer<int8_t>(panels * panel_bytes);
  reduced.scales = AlignedBuffer<float>(panels * kPanel);
  reduced.column_sums = AlignedBuffer<int32_t>(panels * kPanel);
  for (size_t panel = 0; panel < panels; ++panel) {
    const size_t column = panel * kPanel;
    QuantizePanel(weights.data() + column / width * depth * width + column % width, depth, width,
                  reduced.bytes.data() + panel * panel_bytes, reduced.scales.data() + column,
                  reduced.column_sums.data() + column);
  }
  return reduced;
}

void RoundToHalf(std::span<float> weights) noexcept {
  for (float& weight : weights) weight = FloatFromHalf(HalfFromFloat(weight));
}

int16_t InputLimit(size_t depth) noexcept {
  const size_t limit = size_t{INT32_MAX} / (127 * std::max<size_t>(depth, 1));
  return static_cast<int16_t>(std::clamp<size_t>(limit, 1, INT16_MAX));
}

}  // namespace dfn
