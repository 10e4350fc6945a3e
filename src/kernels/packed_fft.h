// The plan of a real Fourier transform: its passes and their twiddle factors.
#ifndef DEEPFILTER_KERNELS_PACKED_FFT_H_
#define DEEPFILTER_KERNELS_PACKED_FFT_H_

#include <cstddef>
#include <vector>

#include "base/aligned_buffer.h"

namespace dfn {

// The largest number of lanes in a pass. Transforms of audio frames have few factors of two to
// spare: 480 complex values end in strides of 16 and 80, and wider vectors would leave remainders.
inline constexpr size_t kFftLanes = 8;

// One pass of Stockham's self-sorting transform over M complex values, with s = stride (product of
// the radices before it) and m = M / (radix s):
//   y[q + s (radix p + k)] = w^(p k) sum_j x[q + s (p + m j)] exp(-2 pi i j k / radix)
//   for q < s, p < m, k < radix, with w = exp(-2 pi i / (radix m))
struct FftPass {
  size_t radix;     // 2 to 6
  size_t stride;    // s
  size_t twiddles;  // offset of w^(p k) for k from 1 on; unused in the last pass, where all are 1
};

// A transform of `size` real values as one of M = size / 2 complex values, of which the even ones
// are the real and the odd ones the imaginary parts.
struct PackedFft {
  size_t size = 0;
  std::vector<FftPass> passes = {};
  // A pass whose stride is below kFftLanes goes over i = q + s p: [radix - 1][re, im][M / radix].
  // Any other takes one factor for all q: [m][radix - 1][re, im].
  AlignedBuffer<float> twiddles = {};
  // -i / 2 exp(-2 pi i k / size), that part the even from the odd values: [re, im][M / 2 + 1].
  AlignedBuffer<float> split = {};

  size_t half() const { return size / 2; }  // M
};

// Whether there is a plan of that size: even, at least 4, and no prime factor above five in its
// half.
bool CanPackFft(size_t size);

// CanPackFft(size) must hold. Allocates.
PackedFft PackFft(size_t size);

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_PACKED_FFT_H_
