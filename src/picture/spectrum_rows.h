// The spectrum of one moment, as the rows of a spectrogram's column.
#ifndef DEEPFILTER_PICTURE_SPECTRUM_ROWS_H_
#define DEEPFILTER_PICTURE_SPECTRUM_ROWS_H_

#include <cstddef>
#include <span>
#include <vector>

#include "dsp/fft.h"
#include "picture/frequency_axis.h"

namespace dfn {

// Levels are relative to a sine at full scale: one of amplitude 1 at the middle of a bin has power 1,
// 0 dB, there. The window is Hann's, whose main lobe is four bins wide: bins beside a sine are 6 dB
// below it, and those further away 31 dB and more.
class SpectrumRows {
 public:
  // `window_samples` is even and at least 2. Allocates; preparation only.
  SpectrumRows(size_t rate_hz, size_t window_samples, const FrequencyAxis& axis);

  size_t window_samples() const { return fft_.size(); }
  const FrequencyAxis& axis() const { return axis_; }

  // The powers of the window's samples: [window_samples] to [axis.rows]. A row has the largest power
  // of the bins that it covers, or that of the nearest bin, and 0 above half the rate. Allocates
  // nothing; one thread at a time.
  void Measure(const float* samples, std::span<float> powers);

 private:
  struct BinRange {
    size_t first;
    size_t end;
  };

  FrequencyAxis axis_;
  RealFft fft_;
  float scale_;
  std::vector<BinRange> bins_;  // [rows]
  std::vector<float> window_;
  std::vector<float> time_;
  std::vector<float> spectrum_;
};

// 40 ms, which tells the harmonics of a voice apart: even.
size_t PictureWindow(size_t rate_hz);

// 10 log10 of a power, at least `floor_db`.
float PowerDb(float power, float floor_db);

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_SPECTRUM_ROWS_H_
