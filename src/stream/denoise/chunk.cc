#include "stream/denoise/chunk.h"

namespace dfn {

Chunk::Chunk(const Network& network, const StateLayout& signal_layout, size_t channel_count,
             size_t max_frames, float* states) {
  const Config& config = network.config();
  const size_t network_size = network.state_layout().size();
  const size_t max_rows = channel_count * max_frames;
  for (size_t c = 0; c < channel_count; ++c) {
    float* block = states + c * (network_size + signal_layout.size());
    streams.push_back({.state = block, .frames = 0});
    channels.emplace_back(config, signal_layout, block + network_size, max_frames);
  }
  live.reserve(max_frames);
  workspace = network.NewWorkspace(max_rows);
  feat_erb = AlignedBuffer<float>(max_rows * config.erb_bands);
  feat_spec = AlignedBuffer<float>(max_rows * config.df_bins * 2);
  lsnr_db = AlignedBuffer<float>(max_rows);
  stages.resize(max_rows);
  erb_rows.reserve(max_rows);
  df_rows.reserve(max_rows);
  gains = AlignedBuffer<float>(max_rows * config.erb_bands);
  coefs = AlignedBuffer<float>(max_rows * config.coef_floats());
}

}  // namespace dfn
