#include "kernels/reduced_weights.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/half.h"
#include "base/quantize.h"

namespace dfn {
namespace {

void QuantizeBlock(const float* weights, size_t depth, size_t width, int8_t* bytes, float* scales) {
  for (size_t k = 0; k < depth; ++k) {
    for (size_t n = 0; n < width; ++n) {
      scales[n] = std::max(scales[n], ByteScale(std::abs(weights[k * width + n])));
    }
  }
  for (size_t k = 0; k < depth; ++k) {
    int8_t* to = bytes + k / 2 * width * 2 + k % 2;
    for (size_t n = 0; n < width; ++n) to[n * 2] = ByteOf(weights[k * width + n], scales[n]);
  }
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
    std::transform(weights.begin(), weights.end(), reduced.halves.data(), HalfFromFloat);
    return reduced;
  }
  const size_t block_bytes = Pairs(depth) * width * 2;
  reduced.bytes = AlignedBuffer<int8_t>(blocks * block_bytes);
  reduced.scales = AlignedBuffer<float>(blocks * width);
  for (size_t block = 0; block < blocks; ++block) {
    QuantizeBlock(weights.data() + block * depth * width, depth, width,
                  reduced.bytes.data() + block * block_bytes,
                  reduced.scales.data() + block * width);
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
