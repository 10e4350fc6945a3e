// Fully connected layers on weights of any precision.
#ifndef DEEPFILTER_ENGINE_NATIVE_LINEAR_H_
#define DEEPFILTER_ENGINE_NATIVE_LINEAR_H_

#include <cstddef>
#include <vector>

#include "kernels/dot_products.h"
#include "kernels/matmul.h"
#include "kernels/packed_matrix.h"
#include "kernels/quantized_matmul.h"
#include "model/weights.h"

namespace dfn {

// Packed for the kernels. Allocates.
inline PackedMatrix PackLinear(const GroupedLinear& linear, Precision precision) {
  return PackMatrix(linear.groups, 1, linear.in / linear.groups, linear.out / linear.groups,
                    linear.weight, {}, precision);
}

// The head of one output, for rows of `inputs` floats, a multiple of kDotLanes; those behind its
// weights are zero. Allocates.
inline PackedDots PackHead(const ScalarHead& head, size_t inputs) {
  std::vector<float> weights = head.weight;
  weights.resize(inputs);
  return PackDots(1, 1, inputs, 1, weights, {&head.bias, 1});
}

// Multiply-adds of one row.
inline double Macs(const PackedMatrix& matrix) {
  return static_cast<double>(matrix.groups * matrix.depth() * matrix.outputs);
}

// As MatMul, by QuantizedMatMul where the weights are int8; `scratch` has room for this matrix and
// these rows. Real-time safe.
inline void RunLinear(const PackedMatrix& matrix, size_t rows, const float* x, size_t x_stride,
                      float* y, size_t y_stride, Activation activation,
                      QuantizedRows& scratch) noexcept {
  if (matrix.precision == Precision::kI8) {
    QuantizedMatMul(matrix, rows, x, x_stride, y, y_stride, activation, scratch);
  } else {
    MatMul(matrix, rows, x, x_stride, y, y_stride, activation);
  }
}

}  // namespace dfn

#endif  // DEEPFILTER_ENGINE_NATIVE_LINEAR_H_
