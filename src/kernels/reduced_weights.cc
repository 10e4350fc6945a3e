#include "kernels/reduced_weights.h"

#include <algorithm>

#include "base/half.h"

namespace dfn {

void RoundToHalf(std::span<float> weights) noexcept {
  for (float& weight : weights) weight = FloatFromHalf(HalfFromFloat(weight));
}

uint8_t InputLimit(size_t depth) noexcept {
  const size_t limit = size_t{INT32_MAX} / (127 * std::max<size_t>(depth, 1));
  return static_cast<uint8_t>(std::clamp<size_t>(limit, 1, UINT8_MAX));
}

}  // namespace dfn
