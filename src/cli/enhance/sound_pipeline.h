// The way of a sound's samples between reader and writer: resampled to the model's rate, enhanced,
// resampled back.
#ifndef DEEPFILTER_CLI_ENHANCE_SOUND_PIPELINE_H_
#define DEEPFILTER_CLI_ENHANCE_SOUND_PIPELINE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "api/select/engine.h"
#include "audio/resample.h"
#include "base/result.h"
#include "cli/enhance/silence_check.h"
#include "cli/hop_clock.h"
#include "stream/denoise/denoiser.h"
#include "stream/host/whole_stream.h"

namespace dfn {

// Channels that a sound may have: those of a Denoiser.
inline constexpr size_t kMostSoundChannels = 64;

struct PipelineOptions {
  DenoiserOptions denoiser;  // the pipeline chooses the frames a call
  size_t rate_hz = 0;        // of the sound
  // Samples at the model's rate that are left out at the start; by default the delay.
  std::optional<size_t> skip_samples = std::nullopt;
  bool one_hop_calls = false;  // as a live stream; every hop is timed
  bool check_silence = false;  // with denoiser.silence_skip: measures the error that it causes
};

struct PipelineStats {
  uint64_t samples = 0;             // of each channel, in and out
  uint64_t hops = 0;                // frames of the network
  double seconds = 0.0;             // length of the sound
  double processing_seconds = 0.0;  // denoiser and resampling, without reading, writing, checking
  size_t delay_samples = 0;         // of the stream, at the model's rate
  std::vector<float> hop_us;        // with one_hop_calls
  uint64_t skipped_hops = 0;        // of `hops`, digital silence that was left out
  // By how much the network heard each channel's last frame louder than it is, in dB.
  std::vector<float> level_gains_db;
  // The mean of the first channel's local SNRs, as the network estimated them, while it ran.
  std::optional<double> local_snr_db;
  // If check_silence is set and hops were skipped: the SNR against a run that skips nothing;
  // +infinity if there is no difference.
  std::optional<double> silence_skip_snr_db;
};

// One sound from start to end, block by block. Samples are interleaved; a returned view is valid
// until the next call.
class SoundPipeline {
 public:
  // Errors: those of Engine::NewDenoiser and Resampler::Create.
  static Result<std::unique_ptr<SoundPipeline>> Create(const Engine& engine,
                                                       const PipelineOptions& options);

  // Input samples (of each channel) that make about one call of the denoiser.
  size_t block_frames() const;

  // Enhances samples and returns those that are ready.
  std::span<float> Process(std::span<const float> input);

  // Ends the sound and returns the remaining output; in all, output and input have the same number
  // of samples.
  std::span<float> Finish();
  // Ends it as the official `deep-filter` does: WholeStream::Cut, and the length is that of the
  // samples at the model's rate.
  std::span<float> Cut();

  // WholeStream::ListenToLocalSnr.
  void ListenToLocalSnr(std::function<void(float snr_db)> function) {
    stream_.ListenToLocalSnr(std::move(function));
  }

  // By how much the network heard the first channel's last frame louder than it is, in dB.
  float level_gain_db() const { return denoiser_->level_gain_db(0); }
  // Frames of the network so far, and the length of one.
  uint64_t hops() const { return stream_.hops(); }
  double hop_seconds() const;

  // Of the whole sound, after its end.
  PipelineStats stats() const;

 private:
  SoundPipeline(std::unique_ptr<Denoiser> denoiser, Resampler to_model, Resampler from_model,
                const WholeStreamOptions& stream, const PipelineOptions& options);
  void StartBlock();
  void FinishBlock();
  uint64_t FinishInput();

  std::unique_ptr<Denoiser> denoiser_;
  Resampler to_model_;
  Resampler from_model_;
  size_t hops_per_call_;
  size_t skip_samples_;
  size_t rate_hz_;
  WholeStream stream_;
  std::unique_ptr<SilenceCheck> check_;  // or null

  // Samples of the block.
  std::vector<float> at_model_rate_;
  std::vector<float> enhanced_;
  std::vector<float> output_;
  uint64_t received_ = 0;

  HopClock clock_;
  std::chrono::steady_clock::time_point start_;  // of the block
  std::chrono::steady_clock::duration processing_{};
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_SOUND_PIPELINE_H_
