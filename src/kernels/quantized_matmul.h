// Matrix products with int8 weights and inputs as int16.
#ifndef DEEPFILTER_KERNELS_QUANTIZED_MATMUL_H_
#define DEEPFILTER_KERNELS_QUANTIZED_MATMUL_H_

#include <cstddef>

#include "base/realtime.h"
#include "kernels/activations.h"
#include "kernels/packed_matrix.h"
#include "kernels/quantized_rows.h"

namespace dfn {

// Makes room for `rows` rows of this matrix, if it is kI8. Allocates.
inline void FitRows(const PackedMatrix& matrix, size_t rows, QuantizedRows& scratch) {
  if (matrix.precision == Precision::kI8) scratch.Fit(rows, matrix.groups, matrix.inputs);
}

// As MatMul for a matrix of one segment and precision kI8. Each row of inputs is scaled so that its
// largest magnitude becomes InputLimit(K), and rounded to integers, ties to even; then
//   y[r, g N + n] = act(bias[g, n] + (integer sum of products) * (row's scale * column's scale))
// A row's result depends on nothing but its inputs. NaN counts as minus the largest input.
// x, y and scratch, which has room for the matrix and the rows (FitRows), do not overlap. Real-time
// safe.
void QuantizedMatMul(const PackedMatrix& matrix, size_t rows, const float* x, size_t x_stride,
                     float* y, size_t y_stride, Activation activation,
                     QuantizedRows& scratch) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_QUANTIZED_MATMUL_H_
