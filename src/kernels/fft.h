// Fourier transforms of real signals.
#ifndef DEEPFILTER_KERNELS_FFT_H_
#define DEEPFILTER_KERNELS_FFT_H_

#include <cstddef>

#include "kernels/packed_fft.h"

namespace dfn {

// Floats that a transform works in.
inline size_t FftScratchFloats(const PackedFft& fft) { return 4 * fft.half(); }

// Discrete Fourier transform, N = fft.size:
//   spectrum[k] = sum_i time[i] exp(-2 pi j i k / N) for k <= N / 2
//   time: [N]; spectrum: [N / 2 + 1, 2] real and imaginary part; scratch: [FftScratchFloats(fft)].
// Nothing overlaps. The same input gives the same bits. Real-time safe.
void RealFftForward(const PackedFft& fft, const float* time, float* spectrum,
                    float* scratch) noexcept;

// The sum over all N frequencies, unscaled: time = N times what was transformed. The imaginary
// parts of the first and the last bin are not read. Likewise in all else.
void RealFftInverse(const PackedFft& fft, const float* spectrum, float* time,
                    float* scratch) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_FFT_H_
