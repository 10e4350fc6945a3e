// The crossfade between a stream's enhanced sound and its input.
#ifndef DEEPFILTER_STREAM_HOST_BYPASS_FADE_H_
#define DEEPFILTER_STREAM_HOST_BYPASS_FADE_H_

#include <algorithm>
#include <cstddef>

#include "base/realtime.h"

namespace dfn {

// All is real-time safe.
class BypassFade {
 public:
  // A fade from one sound to the other takes `samples` samples.
  explicit BypassFade(size_t samples) : samples_(samples) {}

  // 0: enhanced, samples(): the input.
  size_t position() const noexcept DFN_REALTIME { return position_; }
  size_t samples() const noexcept DFN_REALTIME { return samples_; }
  void Jump(size_t position) noexcept DFN_REALTIME { position_ = position; }
  // Whether the fade has ended, so that only one of the sounds is heard.
  bool Rests(bool bypass) const noexcept DFN_REALTIME {
    return position_ == (bypass ? samples_ : 0);
  }

  // Mixes the next samples of one channel to output [count]. All channels start from the same
  // position; Advance of the same count then moves it on.
  void Mix(bool bypass, const float* enhanced, const float* input, size_t count,
           float* output) const noexcept DFN_REALTIME {
    if (Rests(bypass)) {
      std::copy_n(bypass ? input : enhanced, count, output);
      return;
    }
    size_t position = position_;
    for (size_t i = 0; i < count; ++i) {
      position = Next(bypass, position);
      const float share = static_cast<float>(position) / static_cast<float>(samples_);
      output[i] = position == 0          ? enhanced[i]
                  : position == samples_ ? input[i]
                                         : enhanced[i] + (input[i] - enhanced[i]) * share;
    }
  }
  void Advance(bool bypass, size_t count) noexcept DFN_REALTIME {
    for (size_t i = 0; i < count && !Rests(bypass); ++i) position_ = Next(bypass, position_);
  }

 private:
  size_t Next(bool bypass, size_t position) const noexcept DFN_REALTIME {
    if (bypass) return position == samples_ ? samples_ : position + 1;
    return position == 0 ? 0 : position - 1;
  }

  size_t samples_;
  size_t position_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_BYPASS_FADE_H_
