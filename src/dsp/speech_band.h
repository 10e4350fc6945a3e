// The power of a sound in the band that carries speech.
#ifndef DEEPFILTER_DSP_SPEECH_BAND_H_
#define DEEPFILTER_DSP_SPEECH_BAND_H_

#include <cstddef>

#include "base/realtime.h"
#include "dsp/second_order.h"

namespace dfn {

// A high-pass at 100 Hz and a low-pass at 8 kHz, Butterworth of second order each, so that an
// offset, hum and hiss beyond the band do not count. Like the K weighting of ITU-R BS.1770, with
// corners for speech. At rates of 20 kHz and less the low-pass is left out.
class SpeechBand {
 public:
  // Floats that the filters of one channel remember; all 0 at the start.
  static constexpr size_t kState = 2 * SecondOrder::kState;

  explicit SpeechBand(size_t sample_rate_hz);

  // Returns the mean square of the next `count` samples in the band; count > 0.
  //   state: [kState], read and written
  // Samples and state are finite. Real-time safe.
  float Power(const float* samples, size_t count, float* state) const noexcept DFN_REALTIME;

 private:
  SecondOrder high_pass_;
  SecondOrder low_pass_;
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_SPEECH_BAND_H_
