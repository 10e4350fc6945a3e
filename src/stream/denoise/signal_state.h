// The signal state of one channel: views of its parts in the state block, and their frames during
// a chunk.
#ifndef DEEPFILTER_STREAM_DENOISE_SIGNAL_STATE_H_
#define DEEPFILTER_STREAM_DENOISE_SIGNAL_STATE_H_

#include <cstddef>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "model/config.h"
#include "model/state_layout.h"

namespace dfn {

// The entries of SignalStateLayout in one block; null where the layout has no such entry.
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

// One quantity over the frames of a chunk: first the frames before the chunk, which the state holds
// between calls, then the chunk's own. They are contiguous, so no frame moves within a chunk.
class FrameTrack {
 public:
  // `width` floats a frame. Allocates; preparation only.
  FrameTrack(size_t history, size_t max_frames, size_t width)
      : history_(history), width_(width), frames_((history + max_frames) * width) {}

  size_t width() const noexcept DFN_REALTIME { return width_; }

  // Returns the frame that is `back` frames before the chunk's frame `step`; back <= step + history.
  float* At(size_t step, size_t back = 0) noexcept DFN_REALTIME {
    return frames_.data() + (history_ + step - back) * width_;
  }

  // Copies in the frames before the chunk: history [history, width], or null if history is 0.
  void Load(const float* history) noexcept DFN_REALTIME;
  // Copies out the last `history` frames after a chunk of `frames`, likewise.
  void Store(size_t frames, float* history) const noexcept DFN_REALTIME;

 private:
  size_t history_;
  size_t width_;
  AlignedBuffer<float> frames_;  // [history + max_frames, width]
};

// A channel's tracks. Step i of a chunk brings the noisy spectrum of frame t and the network's
// results for frame n = t - conv_lookahead: `masked`, `coefs` and `stage` of step i belong to
// frame n.
class ChannelFrames {
 public:
  // `block` [SignalStateLayout(config).size()] must outlive this. Allocates; preparation only.
  ChannelFrames(const Config& config, const StateLayout& layout, float* block, size_t max_frames);

  // Called before and after a chunk of `frames` frames. Real-time safe.
  void BeginChunk() noexcept DFN_REALTIME;
  void EndChunk(size_t frames) noexcept DFN_REALTIME;

  SignalView state;
  FrameTrack noisy;   // [F, 2]
  FrameTrack masked;  // [F, 2]
  FrameTrack coefs;   // [D, O, 2]
  FrameTrack stage;   // [1], a Stage
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_SIGNAL_STATE_H_
