#include "kernels/matmul.h"

#include "kernels/matmul_call.h"

namespace dfn {

void MatMul(const PackedMatrix& matrix, size_t rows, const float* const* x, size_t x_stride,
            float* y, size_t y_stride, Activation activation) noexcept {
  const MatMulCall call = {matrix, rows, x, x_stride, y, y_stride, activation};
  if constexpr (!kWidensHalves) {
    if (matrix.precision == Precision::kF16) return MatMulF16(call);
  }
  MatMulF32(call);
}

}  // namespace dfn
