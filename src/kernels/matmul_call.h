// The parts of MatMul: one for each floating-point type of the weights, each a source file.
#ifndef DEEPFILTER_KERNELS_MATMUL_CALL_H_
#define DEEPFILTER_KERNELS_MATMUL_CALL_H_

#include <cstddef>

#include "base/realtime.h"
#include "kernels/activations.h"
#include "kernels/packed_matrix.h"

namespace dfn {

// The arguments of MatMul.
struct MatMulCall {
  const PackedMatrix& matrix;
  size_t rows;
  const float* const* x;
  size_t x_stride;
  float* y;
  size_t y_stride;
  Activation activation;
};

// MatMul for a matrix of precision kF32 and kF16.
void MatMulF32(const MatMulCall& call) noexcept DFN_REALTIME;
void MatMulF16(const MatMulCall& call) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_MATMUL_CALL_H_
