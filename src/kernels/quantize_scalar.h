// Reference rounding of a row of inputs to bytes, in plain loops, for tests.
#ifndef DEEPFILTER_KERNELS_QUANTIZE_SCALAR_H_
#define DEEPFILTER_KERNELS_QUANTIZE_SCALAR_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/reduced_weights.h"

namespace dfn::scalar {

// An input is about `scale` times its integer, which is its byte less that of 0.
struct RowSteps {
  float scale;
  float factor;
  float least;  // of the integers
  float most;

  RowSteps(std::span<const float> inputs, size_t depth) {
    float low = 0.0f;
    float high = 0.0f;
    for (const float x : inputs) {
      low = std::min(low, x);
      high = std::max(high, x);
    }
    const auto limit = static_cast<float>(InputLimit(depth));
    const float width = std::max(high - low, 1e-30f);
    scale = width / limit;
    factor = limit / width;
    least = -std::nearbyint(-low * factor);
    most = limit + least;
  }

  int32_t operator()(float x) const {
    return static_cast<int32_t>(std::nearbyint(std::clamp(x * factor, least, most)));
  }
};

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_QUANTIZE_SCALAR_H_
