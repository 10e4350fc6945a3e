// Fourier transforms of real signals.
#ifndef DEEPFILTER_KERNELS_FFT_H_
#define DEEPFILTER_KERNELS_FFT_H_

#include <cstddef>

#include "base/realtime.h"
#include "kernels/packed_fft.h"

namespace dfn {

// The size of `scratch`, in floats.
inline size_t FftScratchFloats(const PackedFft& fft) { return 4 * fft.half(); }

// Discrete Fourier transform, N = fft.size:
//   spectrum[k] = sum_i time[i] exp(-2 pi j i k / N) for k <= N / 2
//   time: [N]; spectrum: [N / 2 + 1, 2] real and imaginary part; scratch: [FftScratchFloats(fft)].
// Nothing overlaps. The same input gives the same bits. Real-time safe.
void RealFftForward(const PackedFft& fft, const float* time, float* spectrum,
                    float* scratch) noexcept DFN_REALTIME;

// The inverse transform, unscaled: RealFftInverse(RealFftForward(x)) is N x. It does not read the
// imaginary parts of the first and the last bin. Shapes and rules are those of RealFftForward.
void RealFftInverse(const PackedFft& fft, const float* spectrum, float* time,
                    float* scratch) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_FFT_H_
