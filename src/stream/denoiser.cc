#include "stream/denoiser.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/flush_to_zero.h"
#include "dsp/post_filter.h"
#include "stream/gating.h"
#include "stream/signal_path.h"
#include "stream/signal_state.h"

namespace dfn {
namespace {

constexpr size_t kMaxChannels = 64;
constexpr size_t kMaxFramesPerCall = 4096;
// From here on libDF sets no limit on attenuation, and below this one it lets the input pass.
constexpr float kNoLimitDb = 100.0f;
constexpr float kPassThroughDb = 0.01f;
// What libDF says of a hop that it lets pass.
constexpr float kPassThroughLsnrDb = 35.0f;

Error Invalid(const std::string& sentence) { return {ErrorCode::kInvalidArgument, sentence}; }

Status CheckCount(const char* name, size_t value, size_t most) {
  if (value >= 1 && value <= most) return {};
  return Invalid(std::string(name) + " is " + std::to_string(value) + ", expected 1 to " +
                 std::to_string(most));
}

Status CheckNumber(const char* name, float value) {
  if (!std::isnan(value)) return {};
  return Invalid(std::string(name) + " is not a number");
}

Status CheckOptions(const DenoiserOptions& options) {
  DFN_CHECK(CheckCount("channels", options.channels, kMaxChannels));
  DFN_CHECK(CheckCount("max_frames_per_call", options.max_frames_per_call, kMaxFramesPerCall));
  DFN_CHECK(CheckNumber("atten_lim_db", options.atten_lim_db));
  DFN_CHECK(CheckNumber("min_db_thresh", options.min_db_thresh));
  DFN_CHECK(CheckNumber("max_db_erb_thresh", options.max_db_erb_thresh));
  DFN_CHECK(CheckNumber("max_db_df_thresh", options.max_db_df_thresh));
  if (!std::isfinite(options.post_filter_beta) || options.post_filter_beta < 0.0f) {
    return Invalid("post_filter_beta is " + std::to_string(options.post_filter_beta) +
                   ", expected 0 or more");
  }
  return {};
}

bool PassesThrough(const DenoiserOptions& options) {
  return options.profile == Profile::kLibdf && std::fabs(options.atten_lim_db) < kPassThroughDb;
}

SignalRules RulesOf(const Config& config, const DenoiserOptions& options) {
  SignalRules rules;
  const bool reference = options.profile == Profile::kReference;
  const bool filters_masked = config.family == Family::kDeepFilterNet2;
  // Python's DeepFilterNet3 leaves the ERB stage out where it would reach one bin at most.
  rules.masks = !reference || filters_masked || config.df_bins + 1 < config.freq_bins();
  rules.beta = options.post_filter_beta;
  if (options.post_filter) {
    rules.post_filter = reference ? filters_masked ? PostFilter::kGains : PostFilter::kSpectrum
                        : options.post_filter_beta > 0.0f ? PostFilter::kLibdf
                                                          : PostFilter::kNone;
  }
  if (std::fabs(options.atten_lim_db) < kNoLimitDb) {
    rules.noisy_share = NoisyShare(options.atten_lim_db);
  }
  return rules;
}

// Frames `first` .. `first` + `frames` - 1 of a call.
struct Chunk {
  const float* const* input;  // null: past the end
  float* const* output;
  size_t first;
  size_t frames;
  float* lsnr_db;  // [frames] of this chunk, or null
};

class StreamDenoiser final : public Denoiser {
 public:
  StreamDenoiser(std::shared_ptr<const Network> network, const DenoiserOptions& options,
                 SignalPath path);

  size_t channels() const noexcept override { return options_.channels; }
  size_t hop_size() const noexcept override { return config_.hop_size; }
  size_t sample_rate_hz() const noexcept override { return config_.sample_rate_hz; }
  size_t delay_samples() const noexcept override {
    return PassesThrough(options_) ? 0 : config_.delay_samples();
  }
  size_t state_size() const noexcept override { return states_.size(); }

  void Process(const float* const* input, float* const* output, size_t frames,
               float* lsnr_db) noexcept override;
  void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept override;
  void Reset() noexcept override;

 private:
  const float* Hop(const Chunk& chunk, size_t channel, size_t step) const noexcept;
  void ProcessChunk(const Chunk& chunk) noexcept;
  void PassChunkThrough(const Chunk& chunk) noexcept;
  size_t StartUpSteps(size_t frames) noexcept;
  void AnalyzeChunk(const Chunk& chunk, size_t start_up) noexcept;
  void RunNetwork(size_t rows) noexcept;
  void SelectRows(size_t rows) noexcept;
  void SynthesizeChunk(const Chunk& chunk, size_t start_up) noexcept;
  void ReportLsnr(const Chunk& chunk, size_t start_up) const noexcept;

  std::shared_ptr<const Network> network_;
  const Config& config_;  // the network's
  DenoiserOptions options_;
  GatingRule gating_;
  bool masks_;
  SignalPath path_;
  StateLayout signal_layout_;
  AlignedBuffer<float> states_;  // [channels, network state | signal state]
  std::vector<ChannelFrames> channels_;
  AlignedBuffer<float> zero_hop_;  // [hop]

  // Of the chunk in hand; a row is one frame of one channel on which the network runs, channel by
  // channel, `rows` of them each.
  std::unique_ptr<NetworkWorkspace> workspace_;
  std::vector<StreamRows> streams_;  // [channels]
  AlignedBuffer<float> feat_erb_;    // [channels * rows, E]
  AlignedBuffer<float> feat_spec_;   // [channels * rows, D, 2]
  AlignedBuffer<float> lsnr_db_;     // [channels * rows]
  std::vector<Stage> stages_;        // [rows], the same for all channels
  std::vector<uint32_t> erb_rows_;
  std::vector<uint32_t> df_rows_;
  AlignedBuffer<float> gains_;  // [erb_rows, E]
  AlignedBuffer<float> coefs_;  // [df_rows, D, O, 2]
};

StreamDenoiser::StreamDenoiser(std::shared_ptr<const Network> network,
                               const DenoiserOptions& options, SignalPath path)
    : network_(std::move(network)),
      config_(network_->config()),
      options_(options),
      gating_{.lsnr_min_db = config_.lsnr_min_db,
              .lsnr_max_db = config_.lsnr_max_db,
              .min_db_thresh = options.min_db_thresh,
              .max_db_erb_thresh = options.max_db_erb_thresh,
              .max_db_df_thresh = options.max_db_df_thresh},
      masks_(RulesOf(config_, options).masks),
      path_(std::move(path)),
      signal_layout_(SignalStateLayout(config_)),
      states_(options.channels * (network_->state_layout().size() + signal_layout_.size())),
      zero_hop_(config_.hop_size) {
  const size_t max_frames = options.max_frames_per_call;
  const size_t max_rows = options.channels * max_frames;
  workspace_ = network_->NewWorkspace(max_rows);
  const size_t network_size = network_->state_layout().size();
  for (size_t c = 0; c < options.channels; ++c) {
    float* block = states_.data() + c * (network_size + signal_layout_.size());
    streams_.push_back({.state = block, .frames = 0});
    channels_.emplace_back(config_, signal_layout_, block + network_size, max_frames);
  }
  feat_erb_ = AlignedBuffer<float>(max_rows * config_.erb_bands);
  feat_spec_ = AlignedBuffer<float>(max_rows * config_.df_bins * 2);
  lsnr_db_ = AlignedBuffer<float>(max_rows);
  stages_.resize(max_frames);
  erb_rows_.reserve(max_rows);
  df_rows_.reserve(max_rows);
  gains_ = AlignedBuffer<float>(max_rows * config_.erb_bands);
  coefs_ = AlignedBuffer<float>(max_rows * config_.df_bins * config_.df_order * 2);
  Reset();
}

void StreamDenoiser::Reset() noexcept {
  for (size_t c = 0; c < channels_.size(); ++c) {
    network_->state_layout().Reset(streams_[c].state);
    signal_layout_.Reset(streams_[c].state + network_->state_layout().size());
  }
}

void StreamDenoiser::Process(const float* const* input, float* const* output, size_t frames,
                             float* lsnr_db) noexcept {
  const FlushToZero flush;
  const size_t most = options_.max_frames_per_call;
  for (size_t first = 0; first < frames; first += most) {
    const Chunk chunk = {.input = input,
                         .output = output,
                         .first = first,
                         .frames = std::min(most, frames - first),
                         .lsnr_db = lsnr_db == nullptr ? nullptr : lsnr_db + first};
    if (PassesThrough(options_)) {
      PassChunkThrough(chunk);
    } else {
      ProcessChunk(chunk);
    }
  }
}

void StreamDenoiser::Flush(float* const* output, size_t frames, float* lsnr_db) noexcept {
  Process(nullptr, output, frames, lsnr_db);
}

const float* StreamDenoiser::Hop(const Chunk& chunk, size_t channel, size_t step) const noexcept {
  if (chunk.input == nullptr) return zero_hop_.data();
  return chunk.input[channel] + (chunk.first + step) * config_.hop_size;
}

// All channels are analysed before the first sample is written, so the output may lie where the
// input does.
void StreamDenoiser::ProcessChunk(const Chunk& chunk) noexcept {
  const size_t start_up = StartUpSteps(chunk.frames);
  const size_t rows = chunk.frames - start_up;
  for (ChannelFrames& channel : channels_) channel.BeginChunk();
  AnalyzeChunk(chunk, start_up);
  if (rows > 0) RunNetwork(rows);
  ReportLsnr(chunk, start_up);
  SynthesizeChunk(chunk, start_up);
  for (ChannelFrames& channel : channels_) channel.EndChunk(chunk.frames);
}

void StreamDenoiser::PassChunkThrough(const Chunk& chunk) noexcept {
  for (size_t c = 0; c < channels_.size(); ++c) {
    channels_[c].BeginChunk();
    for (size_t step = 0; step < chunk.frames; ++step) {
      path_.PassThrough(Hop(chunk, c, step), step, channels_[c],
                        chunk.output[c] + (chunk.first + step) * config_.hop_size);
    }
    channels_[c].EndChunk(chunk.frames);
  }
  if (chunk.lsnr_db != nullptr) std::fill_n(chunk.lsnr_db, chunk.frames, kPassThroughLsnrDb);
}

// Counts the chunk's frames; how many of them come before the network's first step. df.enhance
// drops the features of the first conv_lookahead frames, libDF's runtime does not.
size_t StreamDenoiser::StartUpSteps(size_t frames) noexcept {
  const size_t length = config_.conv_lookahead_frames;
  const size_t seen = static_cast<size_t>(*channels_.front().state.count);
  for (ChannelFrames& channel : channels_) {
    *channel.state.count = static_cast<float>(std::min(seen + frames, length));
  }
  return options_.profile == Profile::kReference ? std::min(frames, length - seen) : 0;
}

void StreamDenoiser::AnalyzeChunk(const Chunk& chunk, size_t start_up) noexcept {
  const size_t rows = chunk.frames - start_up;
  const bool nothing = chunk.input == nullptr && options_.profile == Profile::kReference;
  for (size_t c = 0; c < channels_.size(); ++c) {
    for (size_t step = 0; step < chunk.frames; ++step) {
      // Features of the start-up advance the norms; where they are put, row 0 overwrites them.
      const size_t row = c * rows + (step < start_up ? 0 : step - start_up);
      float* feat_erb = feat_erb_.data() + row * config_.erb_bands;
      float* feat_spec = feat_spec_.data() + row * config_.df_bins * 2;
      if (nothing) {
        path_.AnalyzeNothing(step, channels_[c], feat_erb, feat_spec);
      } else {
        path_.Analyze(Hop(chunk, c, step), step, channels_[c], feat_erb, feat_spec);
      }
    }
  }
}

// Encoder, stages, decoders. Rows of the first channel come first, so row r is also its r-th frame.
void StreamDenoiser::RunNetwork(size_t rows) noexcept {
  for (StreamRows& stream : streams_) stream.frames = rows;
  network_->Encode(streams_, feat_erb_.data(), feat_spec_.data(), lsnr_db_.data(), *workspace_);
  for (size_t r = 0; r < rows; ++r) {
    stages_[r] = options_.profile == Profile::kReference ? Stage::kFilter
                                                         : DecideStage(lsnr_db_[r], gating_);
  }
  SelectRows(rows);
  if (!erb_rows_.empty()) {
    network_->DecodeErb(streams_, erb_rows_, gains_.data(), *workspace_);
    if (options_.profile == Profile::kLibdf && channels_.size() > 1) {
      ReduceGains(options_.reduce_mask, channels_.size(),
                  erb_rows_.size() / channels_.size() * config_.erb_bands, gains_.data());
    }
  }
  if (!df_rows_.empty()) network_->DecodeDf(streams_, df_rows_, coefs_.data(), *workspace_);
}

void StreamDenoiser::SelectRows(size_t rows) noexcept {
  erb_rows_.clear();
  df_rows_.clear();
  for (size_t c = 0; c < channels_.size(); ++c) {
    for (size_t r = 0; r < rows; ++r) {
      const uint32_t row = static_cast<uint32_t>(c * rows + r);
      if (stages_[r] >= Stage::kGains && masks_) erb_rows_.push_back(row);
      if (stages_[r] == Stage::kFilter) df_rows_.push_back(row);
    }
  }
}

void StreamDenoiser::SynthesizeChunk(const Chunk& chunk, size_t start_up) noexcept {
  float* gains = gains_.data();
  const float* coefs = coefs_.data();
  for (size_t c = 0; c < channels_.size(); ++c) {
    for (size_t step = 0; step < chunk.frames; ++step) {
      const Stage stage = step < start_up ? Stage::kNotProduced : stages_[step - start_up];
      path_.Apply(step, stage, gains, coefs, channels_[c]);
      if (stage >= Stage::kGains && masks_) gains += config_.erb_bands;
      if (stage == Stage::kFilter) coefs += channels_[c].coefs.width();
      path_.Emit(step, channels_[c], chunk.output[c] + (chunk.first + step) * config_.hop_size);
    }
  }
}

void StreamDenoiser::ReportLsnr(const Chunk& chunk, size_t start_up) const noexcept {
  if (chunk.lsnr_db == nullptr) return;
  std::fill_n(chunk.lsnr_db, start_up, config_.lsnr_min_db);
  std::copy_n(lsnr_db_.data(), chunk.frames - start_up, chunk.lsnr_db + start_up);
}

}  // namespace

Result<std::unique_ptr<Denoiser>> Denoiser::Create(std::shared_ptr<const Network> network,
                                                   const DenoiserOptions& options) {
  if (network == nullptr) return Invalid("no network");
  DFN_CHECK(CheckOptions(options));
  const Config& config = network->config();
  DFN_TRY(SignalPath path, SignalPath::Create(config, RulesOf(config, options)));
  DenoiserOptions fitting = options;
  fitting.max_frames_per_call =
      std::min(options.max_frames_per_call, network->max_frames_a_stream());
  return std::unique_ptr<Denoiser>(
      std::make_unique<StreamDenoiser>(std::move(network), fitting, std::move(path)));
}

}  // namespace dfn
