#include "cli/enhance/sound_pipeline.h"

#include <algorithm>
#include <utility>

#include "os/process/interrupt.h"

namespace dfn {
namespace {

// The network runs faster over many frames, but each costs memory, as each channel does.
constexpr size_t kMostHopsPerCall = 64;
constexpr size_t kMostRowsPerCall = 128;
// Threads take a call's chunks through a pipeline, which runs empty at the end of each call.
constexpr size_t kChunksPerCall = 8;

size_t HopsPerCall(size_t channels, bool one_hop_calls) {
  if (one_hop_calls) return 1;
  return std::clamp<size_t>(kMostRowsPerCall / channels, 1, kMostHopsPerCall);
}

Result<std::unique_ptr<Denoiser>> NewDenoiser(const Engine& engine,
                                              const DenoiserOptions& options) {
  // The denoiser's threads must not receive signals, which then would not end a blocking read.
  const SignalsHeld held;
  return engine.NewDenoiser(options);
}

}  // namespace

Result<std::unique_ptr<SoundPipeline>> SoundPipeline::Create(const Engine& engine,
                                                             const PipelineOptions& options) {
  DenoiserOptions made = options.denoiser;
  made.max_frames_per_call = HopsPerCall(made.channels, options.one_hop_calls);
  const bool chunked = made.threads > 1 && !options.one_hop_calls;
  DFN_TRY(auto denoiser, NewDenoiser(engine, made));
  const size_t model_hz = denoiser->sample_rate_hz();
  DFN_TRY(auto to_model, Resampler::Create(options.rate_hz, model_hz, made.channels));
  DFN_TRY(auto from_model, Resampler::Create(model_hz, options.rate_hz, made.channels));
  const WholeStreamOptions stream = {
      .profile = made.profile,
      .fft_size = engine.fft_size(),
      .skip_samples = options.skip_samples,
      .hops_per_call = made.max_frames_per_call * (chunked ? kChunksPerCall : 1)};
  std::unique_ptr<SoundPipeline> pipeline(new SoundPipeline(
      std::move(denoiser), std::move(to_model), std::move(from_model), stream, options));
  if (made.silence_skip && options.check_silence) {
    DFN_TRY(pipeline->check_, SilenceCheck::Create(engine, made, stream));
  }
  return pipeline;
}

SoundPipeline::SoundPipeline(std::unique_ptr<Denoiser> denoiser, Resampler to_model,
                             Resampler from_model, const WholeStreamOptions& stream,
                             const PipelineOptions& options)
    : denoiser_(std::move(denoiser)),
      to_model_(std::move(to_model)),
      from_model_(std::move(from_model)),
      hops_per_call_(stream.hops_per_call),
      skip_samples_(options.skip_samples.value_or(denoiser_->delay_samples())),
      rate_hz_(options.rate_hz),
      stream_(*denoiser_, stream) {
  if (options.one_hop_calls) stream_.AfterEachCall([this] { clock_.Lap(); });
}

size_t SoundPipeline::block_frames() const {
  const size_t samples = hops_per_call_ * denoiser_->hop_size();
  return std::max<size_t>(1, samples * rate_hz_ / denoiser_->sample_rate_hz());
}

void SoundPipeline::StartBlock() {
  for (std::vector<float>* samples : {&at_model_rate_, &enhanced_, &output_}) samples->clear();
  start_ = std::chrono::steady_clock::now();
  clock_.Start();
}

void SoundPipeline::FinishBlock() {
  clock_.Stop();
  processing_ += std::chrono::steady_clock::now() - start_;
}

std::span<float> SoundPipeline::Process(std::span<const float> input) {
  StartBlock();
  received_ += input.size() / denoiser_->channels();
  to_model_.Process(input, at_model_rate_);
  stream_.Process(at_model_rate_, enhanced_);
  from_model_.Process(enhanced_, output_);
  FinishBlock();
  if (check_) check_->Process(at_model_rate_, enhanced_);
  return output_;
}

// Passes the remaining input to the stream; returns the input's number of samples at the model's
// rate.
uint64_t SoundPipeline::FinishInput() {
  const uint64_t samples = ResampledFrames(received_, rate_hz_, denoiser_->sample_rate_hz());
  to_model_.Finish(samples, at_model_rate_);
  stream_.Process(at_model_rate_, enhanced_);
  return samples;
}

std::span<float> SoundPipeline::Finish() {
  StartBlock();
  FinishInput();
  stream_.Finish(enhanced_);
  from_model_.Process(enhanced_, output_);
  from_model_.Finish(received_, output_);
  FinishBlock();
  if (check_) check_->Finish(at_model_rate_, enhanced_);
  return output_;
}

std::span<float> SoundPipeline::Cut() {
  StartBlock();
  const uint64_t samples = FinishInput();
  stream_.Cut(enhanced_);
  from_model_.Process(enhanced_, output_);
  const uint64_t kept = samples - std::min<uint64_t>(samples, skip_samples_);
  from_model_.Finish(ResampledFrames(kept, denoiser_->sample_rate_hz(), rate_hz_), output_);
  FinishBlock();
  return output_;
}

double SoundPipeline::hop_seconds() const {
  return static_cast<double>(denoiser_->hop_size()) /
         static_cast<double>(denoiser_->sample_rate_hz());
}

PipelineStats SoundPipeline::stats() const {
  PipelineStats stats{
      .samples = received_,
      .hops = stream_.hops(),
      .seconds = static_cast<double>(received_) / static_cast<double>(rate_hz_),
      .processing_seconds =
          std::chrono::duration<double>(processing_ - denoiser_->time_for_others()).count(),
      .delay_samples = denoiser_->delay_samples(),
      .hop_us = clock_.hop_us(),
      .skipped_hops = denoiser_->skipped_frames(),
      .level_gains_db = {},
      .local_snr_db = stream_.mean_local_snr_db(),
      .silence_skip_snr_db = std::nullopt};
  for (size_t c = 0; c < denoiser_->channels(); ++c) {
    stats.level_gains_db.push_back(denoiser_->level_gain_db(c));
  }
  if (check_ && stats.skipped_hops > 0) stats.silence_skip_snr_db = check_->snr_db();
  return stats;
}

}  // namespace dfn
