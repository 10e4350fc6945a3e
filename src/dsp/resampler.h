// Real-time conversion between two integer sample rates: the value of a signal at any place of the
// other rate's grid.
#ifndef DEEPFILTER_DSP_RESAMPLER_H_
#define DEEPFILTER_DSP_RESAMPLER_H_

#include <cstddef>
#include <cstdint>

#include "base/aligned_buffer.h"
#include "base/realtime.h"

namespace dfn {

// A place on the input's time axis: `whole` samples and `part` / out_hz of one more,
// part < out_hz. Whole numbers, so it never drifts.
struct SamplePosition {
  int64_t whole = 0;
  uint64_t part = 0;
};

// A windowed sinc (Kaiser) of 32 zero crossings a side, cut off at the lower rate's Nyquist
// frequency N, kept as a table of one row of taps for each place between two input samples. Flat
// within 0.1 dB up to 0.9 N; components above 1.1 N, and their images or aliases, are 90 dB down or
// more. Components between 0.9 N and 1.1 N fold at N. Linear phase without delay: an output needs
// the input up to 32 / (2 N) seconds after it: 4 ms if the lower rate is 8 kHz, 2 ms at 16, 0.73 ms
// at 44.1, 0.67 ms at 48.
//
// Each output is one sum, whose order depends only on the table. Immutable, so channels and threads
// share it.
class PolyphaseFilter {
 public:
  // The rates are 1 .. 2^20 Hz. Allocates; preparation only.
  PolyphaseFilter(size_t in_hz, size_t out_hz);

  size_t in_hz() const noexcept { return in_hz_; }
  size_t out_hz() const noexcept { return out_hz_; }

  // An output at position p reads the input's `taps` samples up to p.whole + ahead. With equal
  // rates they are 0 and 1, and the samples are not changed.
  size_t ahead() const noexcept { return ahead_; }
  // Returns ahead() of a filter for these rates without constructing it.
  static size_t AheadOf(size_t in_hz, size_t out_hz) noexcept;
  size_t taps() const noexcept { return taps_; }

  // Advances `position` to the next output's. Real-time safe.
  void Step(SamplePosition& position) const noexcept DFN_REALTIME {
    position.whole += static_cast<int64_t>(in_hz_ / out_hz_);
    position.part += in_hz_ % out_hz_;
    if (position.part >= out_hz_) {
      position.part -= out_hz_;
      ++position.whole;
    }
  }

  // Returns the signal at a position of the output's grid.
  //   window: [taps], the last of which is the input at position.whole + ahead
  //   part:   the position's, a multiple of gcd(in_hz, out_hz)
  // Real-time safe.
  float At(const float* window, uint64_t part) const noexcept DFN_REALTIME;

 private:
  size_t in_hz_;
  size_t out_hz_;
  bool exact_;   // a row for each possible place; else kPhases + 1 rows, interpolated linearly
  size_t unit_;  // exact_: parts a row
  size_t ahead_;
  size_t taps_;
  AlignedBuffer<float> rows_;  // [rows, taps]
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_RESAMPLER_H_
