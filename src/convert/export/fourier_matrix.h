// The short-time Fourier transform as products with matrices, for runtimes without a transform.
#ifndef DEEPFILTER_CONVERT_EXPORT_FOURIER_MATRIX_H_
#define DEEPFILTER_CONVERT_EXPORT_FOURIER_MATRIX_H_

#include <cstddef>
#include <vector>

namespace dfn {

// With y = window x of length N and F = N / 2 + 1, real and imaginary parts of the spectrum are
//   re[k] =  sum_{n=0}^{F-1} even[n] cos(2 pi k n / N)
//   im[k] = -sum_{n=1}^{F-2}  odd[n] sin(2 pi k n / N)
//   even[n] = y[n] + y[N - n], but even[0] = y[0] and even[N/2] = y[N/2];  odd[n] = y[n] - y[N - n]
// since cosines are even and sines are odd. Both matrices are symmetric in k and n, so that they
// serve the way back too: half the sums of the plain form, a quarter of its numbers. Entries are
// computed in double.

// [F, F]: cos(2 pi k n / N), k and n from 0.
std::vector<float> CosineMatrix(size_t fft_size);
// [F - 2, F - 2]: sin(2 pi k n / N), k and n from 1; the sines left out are 0.
std::vector<float> SineMatrix(size_t fft_size);
// [N]: sin(pi / 2 sin^2(pi (i + 0.5) / N)), the window of `dsp/stft.h`.
std::vector<float> VorbisWindow(size_t fft_size);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_EXPORT_FOURIER_MATRIX_H_
