// Matrix products: fully connected, grouped, and the body of dense convolutions.
#ifndef DEEPFILTER_KERNELS_MATMUL_H_
#define DEEPFILTER_KERNELS_MATMUL_H_

#include <cstddef>

#include "base/realtime.h"
#include "kernels/activations.h"
#include "kernels/packed_matrix.h"

namespace dfn {

// For each row r < rows, group g and output n:
//   y[r, g N + n] = act(bias[g, n] + sum over s, k of x[s][r, g K + k] * weight[g, s K + k, n])
// with weights as stored (kF32 or kF16; QuantizedMatMul is for kI8). The products are summed in
// that order, so a row's result depends only on its inputs.
//   x: S pointers, each to rows of G * K floats that are x_stride floats apart
//   y: rows of G * N floats, y_stride floats apart; nothing is written between them
// x and y do not overlap. Real-time safe.
void MatMul(const PackedMatrix& matrix, size_t rows, const float* const* x, size_t x_stride,
            float* y, size_t y_stride, Activation activation) noexcept DFN_REALTIME;

// For matrices of one segment.
inline void MatMul(const PackedMatrix& matrix, size_t rows, const float* x, size_t x_stride,
                   float* y, size_t y_stride, Activation activation) noexcept DFN_REALTIME {
  MatMul(matrix, rows, &x, x_stride, y, y_stride, activation);
}

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_MATMUL_H_
