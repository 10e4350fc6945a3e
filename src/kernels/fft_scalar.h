// Scalar twins of the Fourier transforms, which tests compare the vector code with.
#ifndef DEEPFILTER_KERNELS_FFT_SCALAR_H_
#define DEEPFILTER_KERNELS_FFT_SCALAR_H_

#include <cstddef>

namespace dfn::scalar {

// Compute what dfn::RealFftForward and dfn::RealFftInverse compute, for any even size, by their
// definition, in double, and round once.
void RealFftForward(size_t size, const float* time, float* spectrum) noexcept;
void RealFftInverse(size_t size, const float* spectrum, float* time) noexcept;

}  // namespace dfn::scalar

#endif  // DEEPFILTER_KERNELS_FFT_SCALAR_H_
