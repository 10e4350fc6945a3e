#include "stream/host/whole_sound.h"

#include <algorithm>
#include <utility>

#include "base/flush_to_zero.h"
#include "stream/denoise/signal_path.h"

namespace dfn {
namespace {

// The network runs faster over many frames, but each costs memory, as each channel does.
constexpr size_t kMostHopsPerCall = 64;
constexpr size_t kMostRowsPerCall = 128;

}  // namespace

Result<std::unique_ptr<WholeSound>> WholeSound::Create(std::shared_ptr<const Network> network,
                                                       const HostStreamOptions& options,
                                                       SoundEnd end) {
  if (network == nullptr) return Error{ErrorCode::kInvalidArgument, "no network"};
  DFN_CHECK(CheckHostOptions(options));
  DenoiserOptions made = DenoiserOptionsOf(options);
  made.max_frames_per_call =
      std::clamp<size_t>(kMostRowsPerCall / made.channels, 1, kMostHopsPerCall);
  const Config& config = network->config();
  const bool padded = end == SoundEnd::kPadded;
  if (!padded &&
      (options.sample_rate_hz != config.sample_rate_hz || options.profile != Profile::kReference)) {
    return Error{ErrorCode::kInvalidArgument,
                 "a sound without padding has the model's rate and profile \"reference\""};
  }
  const size_t window_delay = padded ? 0 : config.fft_size - config.hop_size;
  // The delay stays in: at other rates the first outputs are made of samples before its end too.
  const WholeStreamOptions stream = {.profile = options.profile,
                                     .fft_size = padded ? config.fft_size : 0,
                                     .skip_samples = 0,
                                     .hops_per_call = made.max_frames_per_call};
  DFN_TRY(auto denoiser, Denoiser::Create(std::move(network), made));
  const size_t delay_samples = denoiser->delay_samples() - window_delay;
  return std::unique_ptr<WholeSound>(
      new WholeSound(std::move(denoiser), options, stream, delay_samples));
}

WholeSound::WholeSound(std::unique_ptr<Denoiser> denoiser, const HostStreamOptions& options,
                       const WholeStreamOptions& stream, size_t delay_samples)
    : denoiser_(std::move(denoiser)),
      channels_(options.channels),
      rate_hz_(options.sample_rate_hz),
      hops_per_call_(stream.hops_per_call),
      delay_samples_(delay_samples),
      to_model_(rate_hz_, denoiser_->sample_rate_hz(), denoiser_->channels()),
      stream_(*denoiser_, stream),
      from_model_(denoiser_->sample_rate_hz(), rate_hz_, denoiser_->channels(), delay_samples_) {}

size_t WholeSound::block_samples() const {
  const size_t samples = hops_per_call_ * denoiser_->hop_size();
  return std::max<size_t>(1, samples * rate_hz_ / denoiser_->sample_rate_hz());
}

// Cleans the samples and mixes the channels where one is enhanced for all: `input_`.
void WholeSound::TakeIn(std::span<const float> interleaved) {
  input_.assign(interleaved.begin(), interleaved.end());
  for (float& sample : input_) sample = SaneSample(sample);
  received_ += input_.size() / channels_;
  if (denoiser_->channels() == channels_) return;
  const size_t samples = input_.size() / channels_;
  for (size_t i = 0; i < samples; ++i) {
    float sum = 0.0f;
    for (size_t c = 0; c < channels_; ++c) sum += input_[i * channels_ + c];
    input_[i] = sum / static_cast<float>(channels_);
  }
  input_.resize(samples);
}

// Appends `output_`, on every channel.
void WholeSound::PutOut(std::vector<float>& output) {
  if (denoiser_->channels() == channels_) {
    output.insert(output.end(), output_.begin(), output_.end());
    return;
  }
  for (const float sample : output_) output.insert(output.end(), channels_, sample);
}

void WholeSound::Process(std::span<const float> interleaved, std::vector<float>& output) {
  const FlushToZero mode;
  for (std::vector<float>* samples : {&at_model_rate_, &enhanced_, &output_}) samples->clear();
  TakeIn(interleaved);
  to_model_.Process(input_, at_model_rate_);
  stream_.Process(at_model_rate_, enhanced_);
  from_model_.Process(enhanced_, output_);
  PutOut(output);
}

void WholeSound::Finish(std::vector<float>& output) {
  if (received_ == 0) return;
  const FlushToZero mode;
  for (std::vector<float>* samples : {&at_model_rate_, &enhanced_, &output_}) samples->clear();
  const size_t model_hz = denoiser_->sample_rate_hz();
  // Model samples whose place is within the sound, in two parts so that no product overflows.
  const uint64_t within =
      received_ / rate_hz_ * model_hz + (received_ % rate_hz_ * model_hz + rate_hz_ - 1) / rate_hz_;
  to_model_.Extend(within - to_model_.emitted(), at_model_rate_);
  stream_.Process(at_model_rate_, enhanced_);
  // The samples that the filter still outputs after the sound's end.
  at_model_rate_.clear();
  to_model_.Extend(to_model_.tail(), at_model_rate_);
  // The last output sample reads `ahead` enhanced ones beyond its place, which may be enough for
  // output samples after it.
  stream_.Finish(enhanced_, at_model_rate_, delay_samples_ + from_model_.filter().ahead());
  from_model_.Process(enhanced_, output_);
  const uint64_t excess = from_model_.emitted() - received_;
  output_.resize(output_.size() - excess * denoiser_->channels());
  PutOut(output);
}

}  // namespace dfn
