// The scalar twin of the matrix product.
#ifndef DEEPFILTER_KERNELS_MATMUL_SCALAR_H_
#define DEEPFILTER_KERNELS_MATMUL_SCALAR_H_

#include "kernels/matmul.h"

namespace dfn::scalar {

// Computes what dfn::MatMul computes, in the same order of sums, rounding after every product and
// sum.
void MatMul(const PackedMatrix& matrix, size_t rows, const float* const* x, size_t x_stride,
            float* y, size_t y_stride, Activation activation) noexcept;

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_MATMUL_SCALAR_H_
