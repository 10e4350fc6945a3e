// The work on one chunk that is not the network's: kAnalyze, kGate, kLinkGains and kSynthesize.
#include <algorithm>

#include "stream/denoise/live_denoiser.h"

namespace dfn {
namespace {

// The local SNR that libDF reports for a hop that it lets pass.
constexpr float kPassThroughLsnrDb = 35.0f;

}  // namespace

const float* LiveDenoiser::Hop(const Chunk& chunk, size_t channel, size_t frame) const noexcept {
  if (chunk.input == nullptr) return zero_hop_.data();
  return chunk.input[channel] + (chunk.first + frame) * config_.hop_size;
}

float* LiveDenoiser::OutputHop(const Chunk& chunk, size_t channel, size_t frame) const noexcept {
  return chunk.output[channel] + (chunk.first + frame) * config_.hop_size;
}

// The chunk begins at frame `first` of the call.
void LiveDenoiser::BeginChunk(size_t first, Chunk& chunk) const noexcept {
  chunk.input = call_.input;
  chunk.output = call_.output;
  chunk.first = first;
  chunk.frames = std::min(options_.max_frames_per_call, call_.end - first);
  chunk.lsnr_db_out = call_.lsnr_db == nullptr ? nullptr : call_.lsnr_db + first;
  chunk.passes_through = rules_.passes_through;
}

// The network gets no row. Frames that are still delayed are not silent, so the count of silent
// frames starts again.
void LiveDenoiser::PassThrough(Chunk& chunk) noexcept {
  silence_.Reset();
  chunk.live.clear();
  chunk.start_up = 0;
  chunk.erb_rows.clear();
  chunk.df_rows.clear();
  for (ChannelFrames& channel : chunk.channels) channel.BeginChunk();
  size_t step = 0;
  for (size_t frame = 0; frame < chunk.frames; ++frame) {
    if (MutesFrame(chunk, frame)) {
      Mute(chunk, frame);
      continue;
    }
    for (size_t c = 0; c < options_.channels; ++c) {
      paths_.front().PassThrough(Hop(chunk, c, frame), step, chunk.channels[c],
                                 OutputHop(chunk, c, frame));
    }
    if (chunk.lsnr_db_out != nullptr) chunk.lsnr_db_out[frame] = kPassThroughLsnrDb;
    ++step;
  }
  for (ChannelFrames& channel : chunk.channels) channel.EndChunk(step);
}

void LiveDenoiser::Mute(const Chunk& chunk, size_t frame) const noexcept {
  for (size_t c = 0; c < options_.channels; ++c) {
    std::fill_n(OutputHop(chunk, c, frame), config_.hop_size, 0.0f);
  }
  if (chunk.lsnr_db_out != nullptr) chunk.lsnr_db_out[frame] = config_.lsnr_min_db;
}

// Finds the live frames of the chunk, and how many of them come before the network's first step.
void LiveDenoiser::SelectFrames(Chunk& chunk) noexcept {
  chunk.live.clear();
  for (size_t frame = 0; frame < chunk.frames; ++frame) {
    if (MutesFrame(chunk, frame)) continue;
    if (options_.silence_skip && SkipsFrame(chunk, frame)) {
      ++skipped_frames_;
    } else {
      chunk.live.push_back(static_cast<uint32_t>(frame));
    }
  }
  chunk.start_up = StartUpSteps(chunk.live.size());
}

// Frames past the end leave the STFT's memory as it is (kReference), so they are not silence.
bool LiveDenoiser::SkipsFrame(const Chunk& chunk, size_t frame) noexcept {
  bool silent = chunk.input != nullptr || options_.profile == Profile::kLibdf;
  for (size_t c = 0; c < options_.channels && silent; ++c) {
    silent = IsSilent(Hop(chunk, c, frame), config_.hop_size);
  }
  return silence_.Skips(silent);
}

// Counts `frames` more frames and returns how many of them come before the network's first step:
// df.enhance drops the features of the first conv_lookahead frames, libDF's runtime does not.
size_t LiveDenoiser::StartUpSteps(size_t frames) noexcept {
  std::vector<ChannelFrames>& channels = chunks_.front().channels;
  const size_t length = config_.conv_lookahead_frames;
  const size_t seen = static_cast<size_t>(*channels.front().state.count);
  for (ChannelFrames& channel : channels) {
    *channel.state.count = static_cast<float>(std::min(seen + frames, length));
  }
  return options_.profile == Profile::kReference ? std::min(frames, length - seen) : 0;
}

// Analyses all channels before the first sample is written, so the output may be where the input
// is.
void LiveDenoiser::Analyze(Chunk& chunk) noexcept {
  SelectFrames(chunk);
  SignalPath& path = paths_.front();
  const size_t rows = chunk.rows();
  const bool nothing = chunk.input == nullptr && options_.profile == Profile::kReference;
  for (StreamRows& stream : chunk.streams) stream.frames = rows;
  for (size_t c = 0; c < options_.channels; ++c) {
    for (size_t step = 0; step < chunk.live.size(); ++step) {
      // Features of the start-up only advance the norms: row 0 then overwrites them.
      const size_t row = c * rows + (step < chunk.start_up ? 0 : step - chunk.start_up);
      float* feat_erb = chunk.feat_erb.data() + row * config_.erb_bands;
      float* feat_spec = chunk.feat_spec.data() + row * config_.df_bins * 2;
      if (nothing) {
        path.AnalyzeNothing(step, chunk.channels[c], feat_erb, feat_spec);
      } else {
        ChannelFrames& channel = chunk.channels[c];
        path.Analyze(Hop(chunk, c, chunk.live[step]), step, channel);
        const float* heard = channel.noisy.At(step);
        if (fill_.fills()) heard = fill_.Fill(c, gains_db_[c], heard);
        path.Features(heard, gains_db_[c], channel, feat_erb, feat_spec);
      }
    }
  }
  if (!nothing) AgeNorms(chunk.live.size());
}

void LiveDenoiser::Gate(Chunk& chunk) const noexcept {
  const size_t rows = chunk.rows();
  const Stage most = config_.mask_only ? Stage::kGains : Stage::kFilter;
  for (size_t row = 0; row < options_.channels * rows; ++row) {
    const size_t judge = options_.gate_channels_alone ? row : row % rows;
    chunk.stages[row] = options_.profile == Profile::kReference
                            ? most
                            : std::min(most, DecideStage(chunk.lsnr_db[judge], rules_.gating));
  }
  SelectRows(chunk);
  ReportLsnr(chunk);
}

void LiveDenoiser::SelectRows(Chunk& chunk) const noexcept {
  chunk.erb_rows.clear();
  chunk.df_rows.clear();
  for (size_t row = 0; row < options_.channels * chunk.rows(); ++row) {
    const Stage stage = chunk.stages[row];
    if (stage >= Stage::kGains && rules_.signal.masks) {
      chunk.erb_rows.push_back(static_cast<uint32_t>(row));
    }
    if (stage == Stage::kFilter) chunk.df_rows.push_back(static_cast<uint32_t>(row));
  }
}

void LiveDenoiser::ReportLsnr(const Chunk& chunk) const noexcept {
  if (chunk.lsnr_db_out == nullptr) return;
  std::fill_n(chunk.lsnr_db_out, chunk.frames, config_.lsnr_min_db);
  for (size_t step = chunk.start_up; step < chunk.live.size(); ++step) {
    chunk.lsnr_db_out[chunk.live[step]] = chunk.lsnr_db[step - chunk.start_up];
  }
}

// Channels whose gains are linked run the ERB decoder on the same frames.
void LiveDenoiser::LinkGains(Chunk& chunk) const noexcept {
  if (rules_.link == ReduceMask::kNone) return;
  const size_t frames = chunk.erb_rows.size() / options_.channels;
  ReduceGains(rules_.link, options_.channels, frames * config_.erb_bands, chunk.gains.data());
}

void LiveDenoiser::Synthesize(Chunk& chunk) noexcept {
  SignalPath& path = paths_.back();
  float* gains = chunk.gains.data();
  const float* coefs = chunk.coefs.data();
  for (size_t c = 0; c < options_.channels; ++c) {
    ChannelFrames& channel = chunk.channels[c];
    if (!chunk.live.empty()) channel.BeginChunk();
    size_t step = 0;
    for (size_t frame = 0; frame < chunk.frames; ++frame) {
      float* output = OutputHop(chunk, c, frame);
      if (step == chunk.live.size() || chunk.live[step] != frame) {
        std::fill_n(output, config_.hop_size, 0.0f);
        continue;
      }
      const Stage stage = step < chunk.start_up
                              ? Stage::kNotProduced
                              : chunk.stages[c * chunk.rows() + step - chunk.start_up];
      path.Apply(step, stage, gains, coefs, channel);
      if (stage >= Stage::kGains && rules_.signal.masks) gains += config_.erb_bands;
      if (stage == Stage::kFilter) coefs += channel.coefs.width();
      path.Emit(step, channel, output);
      ++step;
    }
    if (!chunk.live.empty()) channel.EndChunk(chunk.live.size());
  }
}

}  // namespace dfn
