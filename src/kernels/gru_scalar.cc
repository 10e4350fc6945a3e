#include "kernels/gru_scalar.h"

#include <algorithm>

#include "base/half.h"
#include "kernels/activations_scalar.h"
#include "kernels/quantize_scalar.h"

namespace dfn::scalar {
namespace {

constexpr size_t kWidth = PackedGru::kGates * kPanel;

// Returns start + the sum over the states of h[k] times a column's weight.
float Sum(const PackedGru& gru, const float* h, size_t panel, size_t column, float start) {
  if (gru.precision == Precision::kI8) {
    const RowSteps steps({h, gru.hidden}, gru.hidden);
    int32_t sum = 0;
    for (size_t k = 0; k < gru.hidden; ++k) {
      const size_t quad = (panel * PackedGru::kGates + column / kPanel) * Quads(gru.hidden) + k / 4;
      sum += gru.reduced.bytes[(quad * kPanel + column % kPanel) * 4 + k % 4] * steps(h[k]);
    }
    const float scale = steps.scale * gru.reduced.scales[panel * kWidth + column];
    return start + static_cast<float>(sum) * scale;
  }
  float sum = start;
  for (size_t k = 0; k < gru.hidden; ++k) {
    const size_t i = (panel * gru.hidden + k) * kWidth + column;
    sum += h[k] * (gru.precision == Precision::kF16 ? FloatFromHalf(gru.reduced.halves[i])
                                                    : gru.recurrent[i]);
  }
  return sum;
}

}  // namespace

void GruSteps(const PackedGru& gru, const GruStream& stream, size_t output_stride) noexcept {
  float* h = stream.state;
  for (size_t t = 0; t < stream.frames; ++t) {
    float* out = stream.output + t * output_stride;
    for (size_t unit = 0; unit < gru.padded(); ++unit) {
      const size_t panel = unit / kPanel;
      const size_t lane = unit % kPanel;
      const float* p = stream.projected + t * gru.projected() + panel * kWidth + lane;
      const float z = Activate(Sum(gru, h, panel, lane, p[0]), Activation::kSigmoid);
      const float r = Activate(Sum(gru, h, panel, kPanel + lane, p[kPanel]), Activation::kSigmoid);
      const float sum_n = Sum(gru, h, panel, 2 * kPanel + lane, gru.bias_n[unit]);
      const float n = Activate(p[2 * kPanel] + r * sum_n, Activation::kTanh);
      out[unit] = n + z * (h[unit] - n);
    }
    std::copy_n(out, gru.padded(), h);
  }
}

}  // namespace dfn::scalar
