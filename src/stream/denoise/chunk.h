// What one chunk in work needs of its own; a stream has as many as chunks may be in work at once.
#ifndef DEEPFILTER_STREAM_DENOISE_CHUNK_H_
#define DEEPFILTER_STREAM_DENOISE_CHUNK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/aligned_buffer.h"
#include "engine/network.h"
#include "model/state_layout.h"
#include "stream/denoise/gating.h"
#include "stream/denoise/signal_state.h"

namespace dfn {

// A frame of the chunk is live or, with DenoiserOptions::silence_skip, left out: live frames go
// through every step as if the others did not exist. The first `start_up` live frames come before
// the network's first step; the other `rows` are rows of the network, one for each channel, channel
// by channel. The first channel's come first, so row r is also its r-th.
struct ChunkSlot {
  // `states` [channels, network state | signal state] must outlive this. Allocates; preparation
  // only.
  ChunkSlot(const Network& network, const StateLayout& signal_layout, size_t channel_count,
            size_t max_frames, float* states);

  size_t rows() const noexcept { return live.size() - start_up; }

  // The caller's part.
  const float* const* input = nullptr;  // null: past the end
  float* const* output = nullptr;
  float* lsnr_db_out = nullptr;  // [frames], or null
  size_t first = 0;              // frame of the call that is this chunk's first
  size_t frames = 0;

  std::vector<uint32_t> live;  // frames of the chunk, ascending
  size_t start_up = 0;

  std::vector<ChannelFrames> channels;  // steps are live frames

  std::unique_ptr<NetworkWorkspace> workspace;
  std::vector<StreamRows> streams;  // [channels]
  AlignedBuffer<float> feat_erb;    // [channels * rows, E]
  AlignedBuffer<float> feat_spec;   // [channels * rows, D, 2]
  AlignedBuffer<float> lsnr_db;     // [channels * rows]
  std::vector<Stage> stages;        // [channels * rows]
  std::vector<uint32_t> erb_rows;
  std::vector<uint32_t> df_rows;
  AlignedBuffer<float> gains;  // [erb_rows, E]
  AlignedBuffer<float> coefs;  // [df_rows, D, O, 2]
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_CHUNK_H_
