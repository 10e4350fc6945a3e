// When a stream of digital silence may be left out: DenoiserOptions::silence_skip.
#ifndef DEEPFILTER_STREAM_DENOISE_SILENCE_H_
#define DEEPFILTER_STREAM_DENOISE_SILENCE_H_

#include <cstddef>

#include "model/config.h"

namespace dfn {

// Whether a hop holds nothing: every sample is 0, or counts as 0 (signal_path.h).
//   hop: [size]. Real-time safe.
bool IsSilent(const float* hop, size_t size) noexcept;

// Counts silent frames in a row.
class SilenceCounter {
 public:
  // So many silent frames leave the STFT's memory (one), every spectrum that an output frame is
  // made of, and the overlap (one) at zero; the output of the next one is zero whatever the network
  // says, and so is every spectrum that the state keeps.
  explicit SilenceCounter(const Config& config)
      : quiet_frames_(config.lookahead_frames() + config.df_past_frames() + 3) {}

  // The next frame; whether it may be left out. Real-time safe.
  bool Skips(bool silent) noexcept {
    if (!silent) {
      count_ = 0;
      return false;
    }
    if (count_ == quiet_frames_) return true;
    ++count_;
    return false;
  }
  void Reset() noexcept { count_ = 0; }

  size_t count() const noexcept { return count_; }
  size_t max_count() const noexcept { return quiet_frames_; }
  // count <= max_count()
  void SetCount(size_t count) noexcept { count_ = count; }

 private:
  size_t quiet_frames_;
  size_t count_ = 0;  // saturates at quiet_frames_
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_SILENCE_H_
