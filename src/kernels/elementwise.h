// Elementwise sums of arrays.
#ifndef DEEPFILTER_KERNELS_ELEMENTWISE_H_
#define DEEPFILTER_KERNELS_ELEMENTWISE_H_

#include <cstddef>

#include "base/realtime.h"

namespace dfn {

// y[r, i] += x[r, i] for r < rows, i < n. Rows of x are x_stride floats apart, those of y y_stride.
// x and y do not overlap. Real-time safe.
void AddRows(size_t rows, size_t n, const float* x, size_t x_stride, float* y,
             size_t y_stride) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_ELEMENTWISE_H_
