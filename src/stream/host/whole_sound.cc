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
                                                       SoundEnd end, size_t most_hops) {
  if (network == nullptr) return Error{ErrorCode::kInvalidArgument, "no network"};
  DFN_CHECK(CheckHostOptions(options));
  const Config& config = network->config();
  DenoiserOptions made = DenoiserOptionsOf(config, options);
  made.max_frames_per_call =
      most_hops > 0 ? most_hops
                    : std::clamp<size_t>(kMostRowsPerCall / made.channels, 1, kMostHopsPerCall);
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
  DFN_TRY(auto denoiser, LiveDenoiser::Create(std::move(network), made));
  const size_t delay_samples = denoiser->delay_samples() - window_delay;
  return std::unique_ptr<WholeSound>(
      new WholeSound(std::move(denoiser), options, stream, delay_samples));
}

WholeSound::WholeSound(std::unique_ptr<LiveDenoiser> denoiser, const HostStreamOptions& options,
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

void WholeSound::Give(std::span<const float> interleaved) {
  const FlushToZero mode;
  at_model_rate_.erase(at_model_rate_.begin(),
                       at_model_rate_.begin() + static_cast<std::ptrdiff_t>(next_));
  next_ = 0;
  TakeIn(interleaved);
  to_model_.Process(input_, at_model_rate_);
}

void WholeSound::End() {
  if (received_ > 0) {
    const FlushToZero mode;
    const size_t model_hz = denoiser_->sample_rate_hz();
    // Model samples whose place is within the sound, in two parts so that no product overflows.
    const uint64_t within = received_ / rate_hz_ * model_hz +
                            (received_ % rate_hz_ * model_hz + rate_hz_ - 1) / rate_hz_;
    to_model_.Extend(within - to_model_.emitted(), at_model_rate_);
  }
  ended_ = true;
}

size_t WholeSound::Prepare(size_t hops) {
  if (!tail_taken_) {
    const std::span<const float> left = std::span(at_model_rate_).subspan(next_);
    next_ += stream_.Take(left, hops) * denoiser_->channels();
    if (stream_.HasTaken(hops)) {
      waiting_ = {.hops = hops};
      return hops;
    }
    if (!ended_) return 0;
    // The samples that the filter still outputs after the sound's end.
    const FlushToZero mode;
    at_model_rate_.clear();
    next_ = 0;
    if (received_ > 0) to_model_.Extend(to_model_.tail(), at_model_rate_);
    // The last output sample reads `ahead` enhanced ones beyond its place, which may be enough for
    // output samples after it.
    stream_.End(at_model_rate_, delay_samples_ + from_model_.filter().ahead());
    at_model_rate_.clear();
    tail_taken_ = true;
  }
  waiting_ = stream_.Next(hops);
  return waiting_.hops;
}

BatchHop WholeSound::waiting() const {
  return {.denoiser = denoiser_.get(),
          .input = waiting_.past_the_end ? nullptr : stream_.planes(),
          .output = stream_.planes(),
          .lsnr_db = nullptr,
          .frames = waiting_.hops};
}

void WholeSound::Done(std::vector<float>& output) {
  const FlushToZero mode;
  enhanced_.clear();
  output_.clear();
  stream_.Done(waiting_, enhanced_);
  from_model_.Process(enhanced_, output_);
  const size_t channels = denoiser_->channels();
  const uint64_t count = std::min(from_model_.emitted(), received_) - given_out_;
  output_.resize(static_cast<size_t>(count) * channels);
  given_out_ += count;
  PutOut(output);
}

void WholeSound::Denoise() {
  const BatchHop hops = waiting();
  if (hops.input == nullptr) {
    denoiser_->Flush(hops.output, hops.frames, nullptr);
  } else {
    denoiser_->Process(hops.input, hops.output, hops.frames, nullptr);
  }
}

void WholeSound::RunAll(std::vector<float>& output) {
  while (Prepare(hops_per_call_) > 0) {
    Denoise();
    Done(output);
  }
}

void WholeSound::Process(std::span<const float> interleaved, std::vector<float>& output) {
  Give(interleaved);
  RunAll(output);
}

void WholeSound::Finish(std::vector<float>& output) {
  End();
  RunAll(output);
}

}  // namespace dfn
