#include "kernels/panel_packing_scalar.h"

#include <algorithm>
#include <cmath>

#include "base/half.h"
#include "base/quantize.h"
#include "kernels/panel.h"

namespace dfn::scalar {
namespace {

float WeightOf(const PanelSource& source, size_t depth, size_t k, size_t n) {
  if (n >= source.columns || k >= depth) return 0.0f;
  return source.at[n * source.column_step + k * source.depth_step];
}

void PackBytes(const PanelSource& source, size_t depth, size_t panel, ReducedWeights& reduced) {
  for (size_t n = 0; n < kPanel; ++n) {
    float largest = 0.0f;
    for (size_t k = 0; k < depth; ++k) {
      largest = std::max(largest, std::abs(WeightOf(source, depth, k, n)));
    }
    const float scale = ByteScale(largest);
    int32_t sum = 0;
    for (size_t k = 0; k < PaddedDepth(depth); ++k) {
      const int8_t byte = ByteOf(WeightOf(source, depth, k, n), scale);
      reduced.bytes[((panel * Quads(depth) + k / 4) * kPanel + n) * 4 + k % 4] = byte;
      sum += byte;
    }
    reduced.scales[panel * kPanel + n] = scale;
    reduced.column_sums[panel * kPanel + n] = sum;
  }
}

}  // namespace

void PackPanel(const PanelSource& source, size_t depth, Precision precision, size_t panel,
               size_t side_by_side, const PanelWeights& weights) {
  if (precision == Precision::kI8) return PackBytes(source, depth, panel, weights.reduced);
  const size_t step = side_by_side * kPanel;
  const size_t first = panel / side_by_side * depth * step + panel % side_by_side * kPanel;
  for (size_t k = 0; k < depth; ++k) {
    for (size_t n = 0; n < kPanel; ++n) {
      const float weight = WeightOf(source, depth, k, n);
      const size_t at = first + k * step + n;
      if (precision == Precision::kF32) {
        weights.floats[at] = weight;
      } else if (kWidensHalves) {
        weights.floats[at] = FloatFromHalf(HalfFromFloat(weight));
      } else {
        weights.reduced.halves[at] = HalfFromFloat(weight);
      }
    }
  }
}

}  // namespace dfn::scalar
