// The memory of one chunk of frames that is being processed. A stream has as many as chunks may be
// processed at once.
#ifndef DEEPFILTER_STREAM_DENOISE_CHUNK_H_
#define DEEPFILTER_STREAM_DENOISE_CHUNK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "engine/network.h"
#include "model/state_layout.h"
#include "stream/denoise/gating.h"
#include "stream/denoise/signal_state.h"

namespace dfn {

// A frame of the chunk is live or, with DenoiserOptions::silence_skip, skipped. Live frames go
// through all work as if the others did not exist. The first `start_up` live frames come before
// the network's first step; each of the others, `rows()` in number, is one row of the network for
// each channel. Rows are in the order of channels, so row r is also the first channel's r-th.
struct Chunk {
  // `states` [channels, network state | signal state] must outlive this. Allocates; preparation
  // only.
  Chunk(const Network& network, const StateLayout& signal_layout, size_t channel_count,
        size_t max_frames, float* states);

  size_t rows() const noexcept DFN_REALTIME { return live.size() - start_up; }

  // Set by BeginChunk: the chunk's part of the call.
  const float* const* input = nullptr;  // null: past the end
  float* const* output = nullptr;
  float* lsnr_db_out = nullptr;  // [frames], or null
  size_t first = 0;              // the chunk's first frame in the call
  size_t frames = 0;
  bool passes_through = false;  // the output is the input, undelayed

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
