#include "stream/denoise/stream_denoiser.h"

#include <algorithm>
#include <utility>

#include "base/flush_to_zero.h"
#include "stream/denoise/rules.h"

namespace dfn {
namespace {

// What libDF says of a hop that it lets pass.
constexpr float kPassThroughLsnrDb = 35.0f;

}  // namespace

Result<std::unique_ptr<LiveDenoiser>> StreamDenoiser::Create(std::shared_ptr<const Network> network,
                                                             const DenoiserOptions& options) {
  const SignalRules rules = RulesOf(network->config(), options);
  std::vector<SignalPath> paths;
  for (size_t i = 0; i < (options.threads > 1 ? 2 : 1); ++i) {
    DFN_TRY(SignalPath path, SignalPath::Create(network->config(), rules));
    paths.push_back(std::move(path));
  }
  std::unique_ptr<StreamDenoiser> denoiser(
      new StreamDenoiser(std::move(network), options, rules, std::move(paths)));
  DFN_TRY(denoiser->pipeline_, Pipeline::Create(*denoiser, options.threads));
  return std::unique_ptr<LiveDenoiser>(std::move(denoiser));
}

StreamDenoiser::StreamDenoiser(std::shared_ptr<const Network> network,
                               const DenoiserOptions& options, const SignalRules& rules,
                               std::vector<SignalPath> paths)
    : network_(std::move(network)),
      config_(network_->config()),
      options_(options),
      gating_(GatingOf(config_, options)),
      link_(LinkOf(options)),
      masks_(rules.masks),
      passes_through_(PassesThrough(options)),
      made_to_pass_(passes_through_),
      paths_(std::move(paths)),
      signal_layout_(SignalStateLayout(config_)),
      states_(options.channels * (network_->state_layout().size() + signal_layout_.size())),
      zero_hop_(config_.hop_size),
      silence_(config_) {
  const size_t slots = Pipeline::Slots(options.threads);
  slots_.reserve(slots);
  for (size_t i = 0; i < slots; ++i) {
    slots_.emplace_back(*network_, signal_layout_, options.channels, options.max_frames_per_call,
                        states_.data());
  }
  MeasurePieces();
  Reset();
}

void StreamDenoiser::Reset() noexcept {
  for (const StreamRows& stream : slots_.front().streams) {
    network_->state_layout().Reset(stream.state);
    signal_layout_.Reset(stream.state + network_->state_layout().size());
  }
  silence_.Reset();
  skipped_frames_ = 0;
}

void StreamDenoiser::Process(const float* const* input, float* const* output, size_t frames,
                             float* lsnr_db) noexcept {
  call_ = {.input = input,
           .output = output,
           .frames = frames,
           .lsnr_db = lsnr_db,
           .first_chunk = pipeline_->chunks()};
  const size_t most = options_.max_frames_per_call;
  if (passes_through_) {
    PassThrough(slots_.front());
  } else if (frames > 0) {
    pipeline_->Run(frames / most + (frames % most == 0 ? 0 : 1));
  }
}

void StreamDenoiser::Flush(float* const* output, size_t frames, float* lsnr_db) noexcept {
  Process(nullptr, output, frames, lsnr_db);
}

const float* StreamDenoiser::Hop(const ChunkSlot& slot, size_t channel,
                                 size_t frame) const noexcept {
  if (slot.input == nullptr) return zero_hop_.data();
  return slot.input[channel] + (slot.first + frame) * config_.hop_size;
}

float* StreamDenoiser::OutputHop(const ChunkSlot& slot, size_t channel,
                                 size_t frame) const noexcept {
  return slot.output[channel] + (slot.first + frame) * config_.hop_size;
}

// In a floating-point mode that is the same on every thread.
void StreamDenoiser::RunStep(ChunkStep step, uint64_t chunk) noexcept {
  const FlushToZero flush;
  switch (step) {
    case ChunkStep::kEncode:
      BeginChunk(chunk);
      Encode(SlotOf(chunk));
      break;
    case ChunkStep::kErb:
      DecodeErb(SlotOf(chunk));
      break;
    case ChunkStep::kDf:
      DecodeDf(SlotOf(chunk));
      break;
    case ChunkStep::kSynthesize:
      Synthesize(SlotOf(chunk));
      break;
  }
}

// On the caller's thread: there is next to nothing to share. What silence there was before is over,
// as the frames that still have to go out are not silent.
void StreamDenoiser::PassThrough(ChunkSlot& slot) noexcept {
  const FlushToZero flush;
  silence_.Reset();
  for (size_t first = 0; first < call_.frames; first += slot.frames) {
    TakePart(first, slot);
    for (size_t c = 0; c < options_.channels; ++c) {
      ChannelFrames& channel = slot.channels[c];
      channel.BeginChunk();
      for (size_t i = 0; i < slot.frames; ++i) {
        paths_.front().PassThrough(Hop(slot, c, i), i, channel, OutputHop(slot, c, i));
      }
      channel.EndChunk(slot.frames);
    }
  }
  if (call_.lsnr_db != nullptr) std::fill_n(call_.lsnr_db, call_.frames, kPassThroughLsnrDb);
}

// The chunk that begins at the call's frame `first`.
void StreamDenoiser::TakePart(size_t first, ChunkSlot& slot) const noexcept {
  slot.input = call_.input;
  slot.output = call_.output;
  slot.first = first;
  slot.frames = std::min(options_.max_frames_per_call, call_.frames - first);
  slot.lsnr_db_out = call_.lsnr_db == nullptr ? nullptr : call_.lsnr_db + first;
}

// Finds out which part of the call the chunk is, and which of its frames are live.
void StreamDenoiser::BeginChunk(uint64_t chunk) noexcept {
  ChunkSlot& slot = SlotOf(chunk);
  TakePart(static_cast<size_t>(chunk - call_.first_chunk) * options_.max_frames_per_call, slot);
  slot.live.clear();
  for (size_t frame = 0; frame < slot.frames; ++frame) {
    if (options_.silence_skip && LeavesOut(slot, frame)) {
      ++skipped_frames_;
    } else {
      slot.live.push_back(static_cast<uint32_t>(frame));
    }
  }
  slot.start_up = StartUpSteps(slot.live.size());
}

// Frames past the end leave the STFT's memory as it is (kReference), so they are not silence.
bool StreamDenoiser::LeavesOut(const ChunkSlot& slot, size_t frame) noexcept {
  bool silent = slot.input != nullptr || options_.profile == Profile::kLibdf;
  for (size_t c = 0; c < options_.channels && silent; ++c) {
    silent = IsSilent(Hop(slot, c, frame), config_.hop_size);
  }
  return silence_.Skips(silent);
}

// Counts the chunk's frames; how many of them come before the network's first step. df.enhance
// drops the features of the first conv_lookahead frames, libDF's runtime does not.
size_t StreamDenoiser::StartUpSteps(size_t frames) noexcept {
  std::vector<ChannelFrames>& channels = slots_.front().channels;
  const size_t length = config_.conv_lookahead_frames;
  const size_t seen = static_cast<size_t>(*channels.front().state.count);
  for (ChannelFrames& channel : channels) {
    *channel.state.count = static_cast<float>(std::min(seen + frames, length));
  }
  return options_.profile == Profile::kReference ? std::min(frames, length - seen) : 0;
}

// All channels are analysed before the first sample is written, so the output may lie where the
// input does.
void StreamDenoiser::Encode(ChunkSlot& slot) noexcept {
  Analyze(slot);
  if (slot.rows() > 0) {
    network_->Encode(slot.streams, slot.feat_erb.data(), slot.feat_spec.data(), slot.lsnr_db.data(),
                     *slot.workspace);
  }
  Gate(slot);
}

void StreamDenoiser::Analyze(ChunkSlot& slot) noexcept {
  SignalPath& path = paths_.front();
  const size_t rows = slot.rows();
  const bool nothing = slot.input == nullptr && options_.profile == Profile::kReference;
  for (StreamRows& stream : slot.streams) stream.frames = rows;
  for (size_t c = 0; c < options_.channels; ++c) {
    for (size_t step = 0; step < slot.live.size(); ++step) {
      // Features of the start-up advance the norms; where they are put, row 0 overwrites them.
      const size_t row = c * rows + (step < slot.start_up ? 0 : step - slot.start_up);
      float* feat_erb = slot.feat_erb.data() + row * config_.erb_bands;
      float* feat_spec = slot.feat_spec.data() + row * config_.df_bins * 2;
      if (nothing) {
        path.AnalyzeNothing(step, slot.channels[c], feat_erb, feat_spec);
      } else {
        path.Analyze(Hop(slot, c, slot.live[step]), step, slot.channels[c], feat_erb, feat_spec);
      }
    }
  }
}

// What the rows' local SNR makes of them.
void StreamDenoiser::Gate(ChunkSlot& slot) const noexcept {
  const size_t rows = slot.rows();
  for (size_t row = 0; row < options_.channels * rows; ++row) {
    const size_t judge = options_.gate_channels_alone ? row : row % rows;
    slot.stages[row] = options_.profile == Profile::kReference
                           ? Stage::kFilter
                           : DecideStage(slot.lsnr_db[judge], gating_);
  }
  SelectRows(slot);
  ReportLsnr(slot);
}

void StreamDenoiser::SelectRows(ChunkSlot& slot) const noexcept {
  slot.erb_rows.clear();
  slot.df_rows.clear();
  for (size_t row = 0; row < options_.channels * slot.rows(); ++row) {
    const Stage stage = slot.stages[row];
    if (stage >= Stage::kGains && masks_) slot.erb_rows.push_back(static_cast<uint32_t>(row));
    if (stage == Stage::kFilter) slot.df_rows.push_back(static_cast<uint32_t>(row));
  }
}

void StreamDenoiser::ReportLsnr(const ChunkSlot& slot) const noexcept {
  if (slot.lsnr_db_out == nullptr) return;
  std::fill_n(slot.lsnr_db_out, slot.frames, config_.lsnr_min_db);
  for (size_t step = slot.start_up; step < slot.live.size(); ++step) {
    slot.lsnr_db_out[slot.live[step]] = slot.lsnr_db[step - slot.start_up];
  }
}

void StreamDenoiser::DecodeErb(ChunkSlot& slot) const noexcept {
  if (slot.erb_rows.empty()) return;
  network_->DecodeErb(slot.streams, slot.erb_rows, slot.gains.data(), *slot.workspace);
  LinkGains(slot);
}

// Channels whose gains are linked run the ERB decoder on the same frames.
void StreamDenoiser::LinkGains(ChunkSlot& slot) const noexcept {
  if (link_ == ReduceMask::kNone) return;
  const size_t frames = slot.erb_rows.size() / options_.channels;
  ReduceGains(link_, options_.channels, frames * config_.erb_bands, slot.gains.data());
}

void StreamDenoiser::DecodeDf(ChunkSlot& slot) const noexcept {
  if (slot.df_rows.empty()) return;
  network_->DecodeDf(slot.streams, slot.df_rows, slot.coefs.data(), *slot.workspace);
}

void StreamDenoiser::Synthesize(ChunkSlot& slot) noexcept {
  SignalPath& path = paths_.back();
  float* gains = slot.gains.data();
  const float* coefs = slot.coefs.data();
  for (size_t c = 0; c < options_.channels; ++c) {
    ChannelFrames& channel = slot.channels[c];
    if (!slot.live.empty()) channel.BeginChunk();
    size_t step = 0;
    for (size_t frame = 0; frame < slot.frames; ++frame) {
      float* output = OutputHop(slot, c, frame);
      if (step == slot.live.size() || slot.live[step] != frame) {
        std::fill_n(output, config_.hop_size, 0.0f);
        continue;
      }
      const Stage stage = step < slot.start_up
                              ? Stage::kNotProduced
                              : slot.stages[c * slot.rows() + step - slot.start_up];
      path.Apply(step, stage, gains, coefs, channel);
      if (stage >= Stage::kGains && masks_) gains += config_.erb_bands;
      if (stage == Stage::kFilter) coefs += channel.coefs.width();
      path.Emit(step, channel, output);
      ++step;
    }
    if (!slot.live.empty()) channel.EndChunk(slot.live.size());
  }
}

}  // namespace dfn
