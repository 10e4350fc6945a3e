// Fully connected layers on weights of any precision.
#ifndef DEEPFILTER_ENGINE_NATIVE_LINEAR_H_
#define DEEPFILTER_ENGINE_NATIVE_LINEAR_H_

#include <cstddef>

#include "base/realtime.h"
#include "kernels/activations.h"
#include "kernels/matmul.h"
#include "kernels/packed_matrix.h"
#include "kernels/quantized_matmul.h"

namespace dfn {

// A grouped linear layer, packed for the kernels.
struct PackedLinear {
  PackedMatrix matrix;
  Activation activation;
};

// Multiply-adds of one row.
inline double Macs(const PackedMatrix& matrix) {
  return static_cast<double>(matrix.groups * matrix.depth() * matrix.outputs);
}

// As MatMul, or as QuantizedMatMul where the weights are int8. `scratch` has room for this matrix
// and these rows.
inline void RunLinear(const PackedMatrix& matrix, size_t rows, const float* x, size_t x_stride,
                      float* y, size_t y_stride, Activation activation,
                      QuantizedRows& scratch) noexcept DFN_REALTIME {
  if (matrix.precision == Precision::kI8) {
    QuantizedMatMul(matrix, rows, x, x_stride, y, y_stride, activation, scratch);
  } else {
    MatMul(matrix, rows, x, x_stride, y, y_stride, activation);
  }
}

inline void RunLinear(const PackedLinear& linear, size_t rows, const float* x, size_t x_stride,
                      float* y, size_t y_stride, QuantizedRows& scratch) noexcept DFN_REALTIME {
  RunLinear(linear.matrix, rows, x, x_stride, y, y_stride, linear.activation, scratch);
}

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_LINEAR_H_
