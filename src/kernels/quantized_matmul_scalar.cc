#include "kernels/quantized_matmul_scalar.h"

#include <algorithm>
#include <cmath>

#include "kernels/activations_scalar.h"

namespace dfn::scalar {

void QuantizedMatMul(const PackedMatrix& m, size_t rows, const float* x, size_t x_stride, float* y,
                     size_t y_stride, Activation activation) noexcept {
  const auto limit = static_cast<float>(InputLimit(m.inputs));
  for (size_t r = 0; r < rows; ++r) {
    const float* in = x + r * x_stride;
    float largest = 1e-30f;
    for (size_t i = 0; i < m.groups * m.inputs; ++i) largest = std::max(largest, std::abs(in[i]));
    const float factor = limit / largest;
    for (size_t g = 0; g < m.groups; ++g) {
      for (size_t n = 0; n < m.outputs; ++n) {
        const size_t panel = g * m.panels() + n / kPanel;
        const size_t lane = n % kPanel;
        int32_t sum = 0;
        for (size_t k = 0; k < m.inputs; ++k) {
          const size_t quad = panel * Quads(m.inputs) + k / 4;
          const float scaled = std::clamp(in[g * m.inputs + k] * factor, -limit, limit);
          sum += m.reduced.bytes[(quad * kPanel + lane) * 4 + k % 4] *
                 static_cast<int32_t>(std::nearbyint(scaled));
        }
        const size_t at = panel * kPanel + lane;
        const float scale = largest / limit * m.reduced.scales[at];
        y[r * y_stride + g * m.outputs + n] =
            Activate(m.bias[at] + static_cast<float>(sum) * scale, activation);
      }
    }
  }
}

}  // namespace dfn::scalar
