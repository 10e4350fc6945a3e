// Short-time Fourier transform, one hop at a time, with the overlap in the caller's memory.
#ifndef DEEPFILTER_DSP_STFT_H_
#define DEEPFILTER_DSP_STFT_H_

#include <cstddef>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "dsp/fft.h"

namespace dfn {

// The transform uses the Vorbis window for analysis and synthesis with half overlap: synthesis of
// an unchanged analysis returns the input, one hop later (libDF `frame_analysis`,
// `frame_synthesis`). One object serves one thread at a time and any number of signals.
class Stft {
 public:
  // The transform has 2 * `hop_size` samples; hop_size >= 1. Allocates; preparation only.
  explicit Stft(size_t hop_size);

  size_t hop_size() const noexcept { return hop_; }
  size_t bins() const noexcept { return fft_.bins(); }

  // Computes the spectrum of the last two hops, divided by the transform's length.
  //   hop: [hop_size]; memory: [hop_size] the hop before, replaced by this one, zero at the start;
  //   spectrum: [bins, 2] out. Real-time safe.
  void Analyze(const float* hop, float* memory, float* spectrum) noexcept DFN_REALTIME;

  // Computes the next hop of the signal.
  //   spectrum: [bins, 2]; memory: [hop_size] second half of the frame before, replaced by this
  //   one's, zero at the start; hop: [hop_size] out. Real-time safe.
  void Synthesize(const float* spectrum, float* memory, float* hop) noexcept DFN_REALTIME;

 private:
  size_t hop_;
  RealFft fft_;
  AlignedBuffer<float> window_;  // [2 * hop]
  AlignedBuffer<float> time_;    // [2 * hop]
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_STFT_H_
