// Whether a sound has a pitch, as voices have.
#ifndef DEEPFILTER_DSP_VOICING_H_
#define DEEPFILTER_DSP_VOICING_H_

#include <cstddef>

#include "base/realtime.h"
#include "dsp/second_order.h"

namespace dfn {

// Compares the last 30 ms of a sound, between 200 and 900 Hz, with what it was one period of a
// voice earlier: 2.5 to 14 ms, which is 400 to 71 Hz. Vowels repeat themselves; breath, rustle,
// knocks and most noises do not. Music and hum do. The measure is the normalised cross-correlation
// of D. Talkin, "A robust algorithm for pitch tracking" (1995), at about 4 kHz.
//
// Every sum has one order, so that targets that round alike agree in all bits.
class Voicing {
 public:
  explicit Voicing(size_t sample_rate_hz);

  // Floats of the state of one channel; all 0 at the start.
  size_t state_size() const noexcept DFN_REALTIME { return kHistory + longest_ + window_; }

  // Takes the next `count` samples, finite. Real-time safe.
  //   state: [state_size()], read and written
  void Hear(const float* samples, size_t count, float* state) const noexcept DFN_REALTIME;
  // Returns how well the sound repeats itself, 0 .. 1: about 0.2 for noise, 0.7 and more for
  // vowels. Real-time safe.
  float Periodicity(const float* state) const noexcept DFN_REALTIME;

  // Whether state [state_size()] can be one of this class. Real-time safe.
  bool IsState(const float* state) const noexcept DFN_REALTIME;

 private:
  // In the state: the filters, the samples since the last one that was kept, and those that were.
  static constexpr size_t kSkipped = 2 * SecondOrder::kState;
  static constexpr size_t kHistory = kSkipped + 1;

  SecondOrder high_pass_;
  SecondOrder low_pass_;
  size_t step_;    // of step_ filtered samples, one is kept
  size_t window_;  // in samples that are kept, as the lags
  size_t shortest_;
  size_t longest_;
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_VOICING_H_
