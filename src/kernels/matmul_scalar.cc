#include "kernels/matmul_scalar.h"

#include "base/half.h"
#include "kernels/activations_scalar.h"

namespace dfn::scalar {
namespace {

float WeightAt(const PackedMatrix& m, size_t i) {
  return m.precision == Precision::kF16 ? FloatFromHalf(m.reduced.halves[i]) : m.weights[i];
}

}  // namespace

void MatMul(const PackedMatrix& m, size_t rows, const float* const* x, size_t x_stride, float* y,
            size_t y_stride, Activation activation) noexcept {
  for (size_t r = 0; r < rows; ++r) {
    for (size_t g = 0; g < m.groups; ++g) {
      for (size_t n = 0; n < m.outputs; ++n) {
        const size_t panel = g * m.panels() + n / kPanel;
        const size_t lane = n % kPanel;
        float sum = m.bias[panel * kPanel + lane];
        for (size_t s = 0; s < m.segments; ++s) {
          for (size_t k = 0; k < m.inputs; ++k) {
            const size_t depth = s * m.inputs + k;
            sum += x[s][r * x_stride + g * m.inputs + k] *
                   WeightAt(m, (panel * m.depth() + depth) * kPanel + lane);
          }
        }
        y[r * y_stride + g * m.outputs + n] = Activate(sum, activation);
      }
    }
  }
}

}  // namespace dfn::scalar
