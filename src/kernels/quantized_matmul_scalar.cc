#include "kernels/quantized_matmul_scalar.h"

#include "kernels/activations_scalar.h"
#include "kernels/quantize_scalar.h"

namespace dfn::scalar {

void QuantizedMatMul(const PackedMatrix& m, size_t rows, const float* x, size_t x_stride, float* y,
                     size_t y_stride, Activation activation) noexcept {
  for (size_t r = 0; r < rows; ++r) {
    const float* in = x + r * x_stride;
    const RowSteps steps({in, m.groups * m.inputs}, m.inputs);
    for (size_t g = 0; g < m.groups; ++g) {
      for (size_t n = 0; n < m.outputs; ++n) {
        const size_t panel = g * m.panels() + n / kPanel;
        const size_t lane = n % kPanel;
        int32_t sum = 0;
        for (size_t k = 0; k < m.inputs; ++k) {
          const size_t quad = panel * Quads(m.inputs) + k / 4;
          sum += m.reduced.bytes[(quad * kPanel + lane) * 4 + k % 4] * steps(in[g * m.inputs + k]);
        }
        const size_t at = panel * kPanel + lane;
        const float scale = steps.scale * m.reduced.scales[at];
        y[r * y_stride + g * m.outputs + n] =
            Activate(m.bias[at] + static_cast<float>(sum) * scale, activation);
      }
    }
  }
}

}  // namespace dfn::scalar
