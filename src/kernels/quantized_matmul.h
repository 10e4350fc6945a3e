// Matrix products with int8 weights and inputs as unsigned bytes.
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

// As MatMul for a matrix of one segment and precision kI8. The range of a row's inputs, 0 among them, is
// divided into InputLimit(K) steps, and each input is rounded to the nearest, ties to even, so that it
// is a byte less the byte of 0 times the row's scale; then
//   y[r, g N + n] = act(bias[g, n] + (integer sum of products) * (row's scale * column's scale))
// A row's result depends on nothing but its inputs. NaN counts as the least input.
// x, y and scratch, which has room for the matrix and the rows (FitRows), do not overlap. Real-time
// safe.
void QuantizedMatMul(const PackedMatrix& matrix, size_t rows, const float* x, size_t x_stride,
                     float* y, size_t y_stride, Activation activation,
                     QuantizedRows& scratch) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_QUANTIZED_MATMUL_H_
