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

// To what the writer rounds to the integer that the official program writes.
void WriteAsOfficial(std::span<float> samples) {
  for (float& sample : samples) {
    const float integer = std::trunc(sample * kOfficialFullScale);
    sample = std::clamp(integer, -kFullScale, kFullScale - 1.0f) / kFullScale;
  }
}

// Everything between reader and writer.
class HopByHop {
 public:
  static Result<std::unique_ptr<HopByHop>> Create(const Engine& engine, const SoundInfo& input,
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
    return std::unique_ptr<HopByHop>(
        new HopByHop(std::move(denoiser), std::move(to_model), std::move(from_model), input.rate_hz,
                     options.max_frames_per_call, settings.compensate_delay ? delay : 0));
  }

  // Input samples that make about one call of the denoiser.
  size_t block_frames() const {
    return std::max<size_t>(1, hops_per_call_ * hop_size_ * rate_hz_ / denoiser_->sample_rate_hz());
  }

  // Takes interleaved samples; the returned view holds what is ready until the next call.
  std::span<float> Process(std::span<const float> input) {
    output_.clear();
    received_ += input.size() / channels_;
    to_model_.Process(input, waiting_);
    EnhanceWaiting();
    from_model_.Process(enhanced_, output_);
    return output_;
  }

  std::span<float> Finish() {
    output_.clear();
    const uint64_t samples = ResampledFrames(received_, rate_hz_, denoiser_->sample_rate_hz());
    to_model_.Finish(samples, waiting_);
    EnhanceWaiting();
    waiting_.assign(waiting_.size(), 0.0f);
    Keep(waiting_);
    from_model_.Process(enhanced_, output_);
    const uint64_t kept = samples - std::min(samples, delay_);
    from_model_.Finish(ResampledFrames(kept, denoiser_->sample_rate_hz(), rate_hz_), output_);
    return output_;
  }

  uint64_t received() const { return received_; }

 private:
  HopByHop(std::unique_ptr<Denoiser> denoiser, Resampler to_model, Resampler from_model,
           size_t rate_hz, size_t hops_per_call, uint64_t delay)
      : denoiser_(std::move(denoiser)),
        to_model_(std::move(to_model)),
        from_model_(std::move(from_model)),
        rate_hz_(rate_hz),
        hops_per_call_(hops_per_call),
        channels_(denoiser_->channels()),
        hop_size_(denoiser_->hop_size()),
        delay_(delay),
        to_skip_(delay),
        planes_(channels_, std::vector<float>(hops_per_call * hop_size_)) {
    for (std::vector<float>& plane : planes_) pointers_.push_back(plane.data());
  }

  // Takes the whole hops out of `waiting_`.
  void EnhanceWaiting() {
    enhanced_.clear();
    size_t done = 0;
    const size_t frames = waiting_.size() / channels_;
    while (frames - done >= hop_size_) {
      const size_t hops = std::min(hops_per_call_, (frames - done) / hop_size_);
      const size_t samples = hops * hop_size_;
      const std::span<float> part =
          std::span(waiting_).subspan(done * channels_, samples * channels_);
      for (size_t c = 0; c < channels_; ++c) {
        for (size_t i = 0; i < samples; ++i) planes_[c][i] = part[i * channels_ + c];
      }
      denoiser_->Process(pointers_.data(), pointers_.data(), hops, nullptr);
      for (size_t c = 0; c < channels_; ++c) {
        for (size_t i = 0; i < samples; ++i) part[i * channels_ + c] = planes_[c][i];
      }
      Keep(part);
      done += samples;
    }
    waiting_.erase(waiting_.begin(),
                   waiting_.begin() + static_cast<std::ptrdiff_t>(done * channels_));
  }

  // Appends to `enhanced_` what is not delay.
  void Keep(std::span<const float> samples) {
    const auto skipped =
        static_cast<size_t>(std::min<uint64_t>(to_skip_, samples.size() / channels_));
    to_skip_ -= skipped;
    const auto kept = samples.subspan(skipped * channels_);
    enhanced_.insert(enhanced_.end(), kept.begin(), kept.end());
  }

  std::unique_ptr<Denoiser> denoiser_;
  Resampler to_model_;
  Resampler from_model_;
  size_t rate_hz_;
  size_t hops_per_call_;
  size_t channels_;
  size_t hop_size_;
  uint64_t delay_;    // samples of it to leave out, at the model's rate
  uint64_t to_skip_;  // of them, those still to come

  std::vector<std::vector<float>> planes_;  // [channels][hops_per_call * hop], in and out
  std::vector<float*> pointers_;            // to `planes_`
  std::vector<float> waiting_;              // interleaved, at the model's rate, to be enhanced
  std::vector<float> enhanced_;             // likewise, of this block
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
  DFN_TRY(const std::unique_ptr<HopByHop> hops, HopByHop::Create(engine, info, settings));
  const bool integers = IntegerBits(info.format) == 16;
  const auto write = [&](std::span<float> samples) -> Status {
    DFN_CHECK(engine.status());
    WriteAsOfficial(samples);
    return writer.Write(samples);
  };
  Clock::duration processing{};
  std::vector<float> block(hops->block_frames() * info.channels);
  for (;;) {
    if (Interrupted()) return InterruptedError();
    DFN_TRY(const size_t frames, reader.Read(block));
    if (frames == 0) break;
    const std::span<float> samples = std::span(block).first(frames * info.channels);
    const Clock::time_point start = Clock::now();
    ReadAsOfficial(samples, integers);
    const std::span<float> enhanced = hops->Process(samples);
    processing += Clock::now() - start;
    DFN_CHECK(write(enhanced));
  }
  const Clock::time_point start = Clock::now();
  const std::span<float> rest = hops->Finish();
  processing += Clock::now() - start;
  DFN_CHECK(write(rest));
  DFN_CHECK(writer.Finish());
  if (Interrupted()) return InterruptedError();
  return DeepFilterStats{
      .seconds = static_cast<double>(hops->received()) / static_cast<double>(info.rate_hz),
      .processing_seconds = std::chrono::duration<double>(processing).count()};
}

}  // namespace dfn
