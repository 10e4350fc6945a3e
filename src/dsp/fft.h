// Discrete Fourier transform of real signals of any even length.
#ifndef DEEPFILTER_DSP_FFT_H_
#define DEEPFILTER_DSP_FFT_H_

#include <cstddef>
#include <memory>

#include "base/realtime.h"

namespace dfn {

// Both directions are unscaled: Inverse(Forward(x)) is size() * x. One object serves one thread at
// a time, as it holds scratch memory.
class RealFft {
 public:
  // `size` is even and at least 2. Allocates; preparation only.
  explicit RealFft(size_t size);
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;
  ~RealFft();

  size_t size() const noexcept { return size_; }
  size_t bins() const noexcept { return size_ / 2 + 1; }

  // spectrum[k] = sum_i time[i] exp(-2 pi j i k / size).
  //   time: [size]; spectrum: [bins, 2] real and imaginary part; no aliasing. Real-time safe.
  void Forward(const float* time, float* spectrum) noexcept DFN_REALTIME;
  // time[i] = sum_k spectrum[k] exp(2 pi j i k / size) over all `size` frequencies, of which
  // `spectrum`, [bins, 2], holds the first `bins`; the imaginary parts of the first and the last of
  // these are ignored. time: [size]. No aliasing. Real-time safe.
  void Inverse(const float* spectrum, float* time) noexcept DFN_REALTIME;

  // The tables and scratch memory of one algorithm.
  class Plan;

 private:
  size_t size_;
  std::unique_ptr<Plan> plan_;
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_FFT_H_
