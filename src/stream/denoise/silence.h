// Decides when frames of digital silence may be skipped: DenoiserOptions::silence_skip.
#ifndef DEEPFILTER_STREAM_DENOISE_SILENCE_H_
#define DEEPFILTER_STREAM_DENOISE_SILENCE_H_

#include <cstddef>

#include "base/realtime.h"
#include "model/config.h"

namespace dfn {

// Whether every sample of hop [size] is 0, or counts as 0 (SaneSample). Real-time safe.
bool IsSilent(const float* hop, size_t size) noexcept DFN_REALTIME;

// Counts silent frames in a row.
class SilenceCounter {
 public:
  // After this many silent frames the STFT's memory (one frame), all spectra that an output frame
  // depends on, and the overlap (one frame) are zero. The output of the next frame is then zero
  // whatever the network gives, and so is every spectrum in the state.
  explicit SilenceCounter(const Config& config)
      : quiet_frames_(config.lookahead_frames() + config.df_past_frames() + 3) {}

  // Counts the next frame, and returns whether it may be skipped. Real-time safe.
  bool Skips(bool silent) noexcept DFN_REALTIME {
    if (!silent) {
      count_ = 0;
      return false;
    }
    if (count_ == quiet_frames_) return true;
    ++count_;
    return false;
  }
  void Reset() noexcept DFN_REALTIME { count_ = 0; }

  size_t count() const noexcept DFN_REALTIME { return count_; }
  size_t max_count() const noexcept DFN_REALTIME { return quiet_frames_; }
  // count <= max_count()
  void SetCount(size_t count) noexcept DFN_REALTIME { count_ = count; }

 private:
  size_t quiet_frames_;
  size_t count_ = 0;  // saturates at quiet_frames_
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_SILENCE_H_
