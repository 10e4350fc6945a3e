// The scalar twin of the int8 matrix product.
#ifndef DEEPFILTER_KERNELS_QUANTIZED_MATMUL_SCALAR_H_
#define DEEPFILTER_KERNELS_QUANTIZED_MATMUL_SCALAR_H_

#include "kernels/quantized_matmul.h"

namespace dfn::scalar {

// Computes what dfn::QuantizedMatMul computes, from the same integers, rounding floats after every
// product and sum.
void QuantizedMatMul(const PackedMatrix& matrix, size_t rows, const float* x, size_t x_stride,
                     float* y, size_t y_stride, Activation activation) noexcept;

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_QUANTIZED_MATMUL_SCALAR_H_
