// One channel's signal state: where its parts lie in the state block, and how they unfold over a
// chunk of frames.
#ifndef DEEPFILTER_STREAM_DENOISE_SIGNAL_STATE_H_
#define DEEPFILTER_STREAM_DENOISE_SIGNAL_STATE_H_

#include <cstddef>

#include "base/aligned_buffer.h"
#include "model/config.h"
#include "model/state_layout.h"

namespace dfn {

// The entries of SignalStateLayout in one block; null where the layout has none.
struct SignalView {
  float* analysis;
  float* synthesis;
  float* erb_mean;
  float* spec_mean;
  float* noisy;
  float* masked;
  float* coefs;
  float* stage;
  float* count;
};
SignalView ViewSignalState(const StateLayout& layout, float* block);

// One quantity over the frames of a chunk: the frames before it, which the state holds between
// calls, then the chunk's own, in one piece of memory so that no frame is moved within a chunk.
class FrameTrack {
 public:
  // `width` floats a frame. Allocates; preparation only.
  FrameTrack(size_t history, size_t max_frames, size_t width)
      : history_(history), width_(width), frames_((history + max_frames) * width) {}

  size_t width() const noexcept { return width_; }

  // The frame `back` frames before the chunk's frame `step`; back <= step + history.
  float* At(size_t step, size_t back = 0) noexcept {
    return frames_.data() + (history_ + step - back) * width_;
  }

  // Brings the frames before the chunk in: history [history, width], or null if there is none.
  void Load(const float* history) noexcept;
  // Takes the last frames of a chunk of `frames` out again, likewise.
  void Store(size_t frames, float* history) const noexcept;

 private:
  size_t history_;
  size_t width_;
  AlignedBuffer<float> frames_;  // [history + max_frames, width]
};

// A channel's tracks. Step i of a chunk brings the noisy spectrum of frame t, and from the network
// what concerns frame n = t - conv_lookahead: `masked`, `coefs` and `stage` of step i are frame
// n's.
class ChannelFrames {
 public:
  // `block` [SignalStateLayout(config).size()] must outlive this. Allocates; preparation only.
  ChannelFrames(const Config& config, const StateLayout& layout, float* block, size_t max_frames);

  // Around a chunk of `frames` frames. Real-time safe.
  void BeginChunk() noexcept;
  void EndChunk(size_t frames) noexcept;

  SignalView state;
  FrameTrack noisy;   // [F, 2]
  FrameTrack masked;  // [F, 2]
  FrameTrack coefs;   // [D, O, 2]
  FrameTrack stage;   // [1], a Stage
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_SIGNAL_STATE_H_
