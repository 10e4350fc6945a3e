// Plain twins of the Fourier transforms: what the vector code is measured against.
#ifndef DEEPFILTER_KERNELS_FFT_SCALAR_H_
#define DEEPFILTER_KERNELS_FFT_SCALAR_H_

#include <cstddef>

namespace dfn::scalar {

// As RealFftForward and RealFftInverse, of any even size: the sums as they are written, in double,
// rounded once.
void RealFftForward(size_t size, const float* time, float* spectrum) noexcept;
void RealFftInverse(size_t size, const float* spectrum, float* time) noexcept;

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_FFT_SCALAR_H_
