#include "cli/enhance/enhance_job.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "audio/resample.h"
#include "cli/enhance/silence_check.h"
#include "cli/hop_clock.h"
#include "cli/interrupt.h"
#include "stream/host/whole_stream.h"

namespace dfn {
namespace {

using Clock = std::chrono::steady_clock;

// The network runs faster over many frames, but each costs memory, as each channel does.
constexpr size_t kMostHopsPerCall = 64;
constexpr size_t kMostRowsPerCall = 128;
constexpr size_t kMostChannels = 64;
// Threads take a call's chunks through a pipeline, which runs empty at the end of each call.
constexpr size_t kChunksPerCall = 8;

size_t HopsPerCall(size_t channels, bool one_hop_calls) {
  if (one_hop_calls) return 1;
  return std::clamp<size_t>(kMostRowsPerCall / channels, 1, kMostHopsPerCall);
}

Error InterruptedError() { return {ErrorCode::kCancelled, "interrupted"}; }

// Everything between reader and writer.
class Pipeline {
 public:
  static Result<std::unique_ptr<Pipeline>> Create(const Engine& engine, const SoundInfo& input,
                                                  const JobSettings& settings) {
    DenoiserOptions options = settings.denoiser;
    options.channels = OutputChannels(input, settings);
    options.max_frames_per_call = HopsPerCall(options.channels, settings.one_hop_calls);
    const bool pipelined = options.threads > 1 && !settings.one_hop_calls;
    DFN_TRY(auto denoiser, NewDenoiser(engine, options));
    const size_t rate_hz = denoiser->sample_rate_hz();
    DFN_TRY(auto to_model, Resampler::Create(input.rate_hz, rate_hz, options.channels));
    DFN_TRY(auto from_model, Resampler::Create(rate_hz, input.rate_hz, options.channels));
    WholeStreamOptions stream = {
        .profile = options.profile,
        .fft_size = engine.fft_size(),
        .hops_per_call = options.max_frames_per_call * (pipelined ? kChunksPerCall : 1)};
    if (!settings.compensate_delay) stream.skip_samples = 0;
    std::unique_ptr<Pipeline> pipeline(new Pipeline(std::move(denoiser), std::move(to_model),
                                                    std::move(from_model), stream, input.rate_hz,
                                                    settings.one_hop_calls));
    if (options.silence_skip && settings.check_silence) {
      DFN_TRY(pipeline->check_, SilenceCheck::Create(engine, options, stream));
    }
    return pipeline;
  }

  // Input samples that make about one call of the denoiser.
  size_t block_frames() const {
    return std::max<size_t>(
        1, options_.hops_per_call * denoiser_->hop_size() * rate_hz_ / denoiser_->sample_rate_hz());
  }

  // Enhances interleaved samples and returns those that are ready; the view is valid until the next
  // call.
  std::span<const float> Process(std::span<const float> input) {
    StartBlock();
    received_ += input.size() / denoiser_->channels();
    to_model_.Process(input, at_model_rate_);
    stream_.Process(at_model_rate_, enhanced_);
    from_model_.Process(enhanced_, output_);
    FinishBlock();
    if (check_) check_->Process(at_model_rate_, enhanced_);
    return output_;
  }

  std::span<const float> Finish() {
    StartBlock();
    to_model_.Finish(ResampledFrames(received_, rate_hz_, denoiser_->sample_rate_hz()),
                     at_model_rate_);
    stream_.Process(at_model_rate_, enhanced_);
    stream_.Finish(enhanced_);
    from_model_.Process(enhanced_, output_);
    from_model_.Finish(received_, output_);
    FinishBlock();
    if (check_) check_->Finish(at_model_rate_, enhanced_);
    return output_;
  }

  void Report(JobStats& stats) {
    stats.samples = received_;
    stats.hops = stream_.hops();
    stats.seconds = static_cast<double>(received_) / static_cast<double>(rate_hz_);
    stats.processing_seconds = std::chrono::duration<double>(processing_).count();
    stats.delay_samples = denoiser_->delay_samples();
    stats.hop_us = clock_.hop_us();
    stats.skipped_hops = denoiser_->skipped_frames();
    if (check_ && stats.skipped_hops > 0) stats.silence_skip_snr_db = check_->snr_db();
  }

 private:
  static Result<std::unique_ptr<Denoiser>> NewDenoiser(const Engine& engine,
                                                       const DenoiserOptions& options) {
    // The denoiser's threads must not receive signals, which then would not end a blocking read.
    const SignalsHeld held;
    return engine.NewDenoiser(options);
  }

  Pipeline(std::unique_ptr<Denoiser> denoiser, Resampler to_model, Resampler from_model,
           const WholeStreamOptions& options, size_t rate_hz, bool measure_hops)
      : denoiser_(std::move(denoiser)),
        to_model_(std::move(to_model)),
        from_model_(std::move(from_model)),
        options_(options),
        rate_hz_(rate_hz),
        stream_(*denoiser_, options) {
    if (measure_hops) stream_.AfterEachCall([this] { clock_.Lap(); });
  }

  void StartBlock() {
    at_model_rate_.clear();
    enhanced_.clear();
    output_.clear();
    start_ = Clock::now();
    clock_.Start();
  }

  void FinishBlock() {
    clock_.Stop();
    processing_ += Clock::now() - start_;
  }

  std::unique_ptr<Denoiser> denoiser_;
  Resampler to_model_;
  Resampler from_model_;
  WholeStreamOptions options_;
  size_t rate_hz_;
  WholeStream stream_;
  std::unique_ptr<SilenceCheck> check_;  // or null

  std::vector<float> at_model_rate_;
  std::vector<float> enhanced_;
  std::vector<float> output_;
  uint64_t received_ = 0;
  HopClock clock_;
  Clock::time_point start_;  // of the block
  Clock::duration processing_{};
};

// [n, channels] -> [n], in place.
void Downmix(std::vector<float>& samples, size_t channels) {
  const size_t frames = samples.size() / channels;
  for (size_t i = 0; i < frames; ++i) {
    double sum = 0.0;
    for (size_t c = 0; c < channels; ++c) sum += samples[i * channels + c];
    samples[i] = static_cast<float>(sum / static_cast<double>(channels));
  }
  samples.resize(frames);
}

// One NaN in a resampler's filters would silence the rest of the sound.
uint64_t DropBrokenSamples(std::span<float> samples) {
  uint64_t broken = 0;
  for (float& sample : samples) {
    if (std::isfinite(sample)) continue;
    sample = 0.0f;
    ++broken;
  }
  return broken;
}

}  // namespace

Result<JobStats> RunJob(const Engine& engine, SoundReader& reader, SoundWriter& writer,
                        const JobSettings& settings,
                        const std::function<void(uint64_t samples)>& progress) {
  const SoundInfo& info = reader.info();
  if (OutputChannels(info, settings) > kMostChannels) {
    return Error{ErrorCode::kUnsupported, reader.name() + ": has " + std::to_string(info.channels) +
                                              " channels, expected at most " +
                                              std::to_string(kMostChannels) + " or --downmix"};
  }
  DFN_TRY(const std::unique_ptr<Pipeline> pipeline, Pipeline::Create(engine, info, settings));
  JobStats stats;
  uint64_t read = 0;
  const size_t block_samples = pipeline->block_frames() * info.channels;
  std::vector<float> block;
  for (;;) {
    if (Interrupted()) return InterruptedError();
    block.resize(block_samples);
    DFN_TRY(const size_t frames, reader.Read(block));
    if (frames == 0) break;
    block.resize(frames * info.channels);
    stats.broken_samples += DropBrokenSamples(block);
    if (settings.downmix) Downmix(block, info.channels);
    const std::span<const float> enhanced = pipeline->Process(block);
    DFN_CHECK(engine.status());
    DFN_CHECK(writer.Write(enhanced));
    read += frames;
    progress(read);
  }
  const std::span<const float> rest = pipeline->Finish();
  DFN_CHECK(engine.status());
  DFN_CHECK(writer.Write(rest));
  DFN_CHECK(writer.Finish());
  if (Interrupted()) return InterruptedError();
  pipeline->Report(stats);
  stats.clipped_samples = writer.clipped_samples();
  return stats;
}

}  // namespace dfn
