#include "cli/deep_filter/deep_filter_job.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "audio/resample.h"
#include "audio/sound_format.h"
#include "cli/interrupt.h"
#include "stream/host/whole_stream.h"

namespace dfn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMostChannels = 64;  // of a Denoiser
constexpr size_t kMostRowsPerCall = 128;
constexpr size_t kMostHopsPerCall = 64;

constexpr float kOfficialFullScale = 32767.0f;
constexpr float kFullScale = 32768.0f;  // of our readers and writers

Error InterruptedError() { return {ErrorCode::kCancelled, "interrupted"}; }

void ReadAsOfficial(std::span<float> samples, bool integers) {
  for (float& sample : samples) {
    if (!std::isfinite(sample)) sample = 0.0f;  // a resampler would never forget it
    if (integers) sample = sample * kFullScale / kOfficialFullScale;
  }
}

// Values that the writer rounds to the integers which the official program writes.
void WriteAsOfficial(std::span<float> samples) {
  for (float& sample : samples) {
    const float integer = std::trunc(sample * kOfficialFullScale);
    sample = std::clamp(integer, -kFullScale, kFullScale - 1.0f) / kFullScale;
  }
}

// Everything between reader and writer.
class Pipeline {
 public:
  static Result<std::unique_ptr<Pipeline>> Create(const Engine& engine, const SoundInfo& input,
                                                  const DeepFilterSettings& settings) {
    DenoiserOptions options = settings.denoiser;
    options.channels = input.channels;
    options.max_frames_per_call =
        std::clamp<size_t>(kMostRowsPerCall / input.channels, 1, kMostHopsPerCall);
    DFN_TRY(auto denoiser, engine.NewDenoiser(options));
    const size_t rate_hz = denoiser->sample_rate_hz();
    // The official program leaves out the model's delay even where the input passes undelayed.
    const size_t delay =
        engine.config() != nullptr ? engine.config()->delay_samples() : denoiser->delay_samples();
    DFN_TRY(auto to_model, Resampler::Create(input.rate_hz, rate_hz, input.channels));
    DFN_TRY(auto from_model, Resampler::Create(rate_hz, input.rate_hz, input.channels));
    const WholeStreamOptions stream = {.skip_samples = settings.compensate_delay ? delay : 0,
                                       .hops_per_call = options.max_frames_per_call};
    return std::unique_ptr<Pipeline>(new Pipeline(std::move(denoiser), std::move(to_model),
                                                  std::move(from_model), stream, input.rate_hz));
  }

  // Input samples that make about one call of the denoiser.
  size_t block_frames() const {
    return std::max<size_t>(
        1, options_.hops_per_call * denoiser_->hop_size() * rate_hz_ / denoiser_->sample_rate_hz());
  }

  // Enhances interleaved samples and returns those that are ready; the view is valid until the next
  // call.
  std::span<float> Process(std::span<const float> input) {
    Clear();
    received_ += input.size() / denoiser_->channels();
    to_model_.Process(input, at_model_rate_);
    stream_.Process(at_model_rate_, enhanced_);
    from_model_.Process(enhanced_, output_);
    return output_;
  }

  std::span<float> Finish() {
    Clear();
    const uint64_t samples = ResampledFrames(received_, rate_hz_, denoiser_->sample_rate_hz());
    to_model_.Finish(samples, at_model_rate_);
    stream_.Process(at_model_rate_, enhanced_);
    stream_.Cut(enhanced_);
    from_model_.Process(enhanced_, output_);
    const uint64_t kept = samples - std::min<uint64_t>(samples, *options_.skip_samples);
    from_model_.Finish(ResampledFrames(kept, denoiser_->sample_rate_hz(), rate_hz_), output_);
    return output_;
  }

  uint64_t received() const { return received_; }

 private:
  Pipeline(std::unique_ptr<Denoiser> denoiser, Resampler to_model, Resampler from_model,
           const WholeStreamOptions& options, size_t rate_hz)
      : denoiser_(std::move(denoiser)),
        to_model_(std::move(to_model)),
        from_model_(std::move(from_model)),
        options_(options),
        rate_hz_(rate_hz),
        stream_(*denoiser_, options) {}

  void Clear() {
    at_model_rate_.clear();
    enhanced_.clear();
    output_.clear();
  }

  std::unique_ptr<Denoiser> denoiser_;
  Resampler to_model_;
  Resampler from_model_;
  WholeStreamOptions options_;
  size_t rate_hz_;
  WholeStream stream_;

  // Interleaved samples of this block.
  std::vector<float> at_model_rate_;
  std::vector<float> enhanced_;
  std::vector<float> output_;
  uint64_t received_ = 0;
};

}  // namespace

Result<DeepFilterStats> RunDeepFilterJob(const Engine& engine, SoundReader& reader,
                                         SoundWriter& writer, const DeepFilterSettings& settings) {
  const SoundInfo& info = reader.info();
  if (info.channels > kMostChannels) {
    return Error{ErrorCode::kUnsupported, reader.name() + ": has " + std::to_string(info.channels) +
                                              " channels, expected at most " +
                                              std::to_string(kMostChannels)};
  }
  DFN_TRY(const std::unique_ptr<Pipeline> pipeline, Pipeline::Create(engine, info, settings));
  const bool integers = IntegerBits(info.format) == 16;
  const auto write = [&](std::span<float> samples) -> Status {
    DFN_CHECK(engine.status());
    WriteAsOfficial(samples);
    return writer.Write(samples);
  };
  Clock::duration processing{};
  std::vector<float> block(pipeline->block_frames() * info.channels);
  for (;;) {
    if (Interrupted()) return InterruptedError();
    DFN_TRY(const size_t frames, reader.Read(block));
    if (frames == 0) break;
    const std::span<float> samples = std::span(block).first(frames * info.channels);
    const Clock::time_point start = Clock::now();
    ReadAsOfficial(samples, integers);
    const std::span<float> enhanced = pipeline->Process(samples);
    processing += Clock::now() - start;
    DFN_CHECK(write(enhanced));
  }
  const Clock::time_point start = Clock::now();
  const std::span<float> rest = pipeline->Finish();
  processing += Clock::now() - start;
  DFN_CHECK(write(rest));
  DFN_CHECK(writer.Finish());
  if (Interrupted()) return InterruptedError();
  return DeepFilterStats{
      .seconds = static_cast<double>(pipeline->received()) / static_cast<double>(info.rate_hz),
      .processing_seconds = std::chrono::duration<double>(processing).count()};
}

}  // namespace dfn
