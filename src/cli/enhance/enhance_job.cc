#include "cli/enhance/enhance_job.h"

#include <bit>
#include <cstdint>
#include <string>

#include "os/process/interrupt.h"
#include "stream/denoise/band_fill.h"
#include "stream/denoise/whole_gains.h"

namespace dfn {
namespace {

Error InterruptedError() { return {ErrorCode::kCancelled, "interrupted"}; }

// Averages the channels in place: [n, channels] -> [n].
void Downmix(std::vector<float>& samples, size_t channels) {
  const size_t frames = samples.size() / channels;
  for (size_t i = 0; i < frames; ++i) {
    double sum = 0.0;
    for (size_t c = 0; c < channels; ++c) sum += samples[i * channels + c];
    samples[i] = static_cast<float>(sum / static_cast<double>(channels));
  }
  samples.resize(frames);
}

// Sets samples that are not finite to 0 and returns their number. One NaN in a resampler's filters
// would silence the sound from there on. Written so that compilers make vectors of it.
uint64_t DropBrokenSamples(std::span<float> samples) {
  constexpr uint32_t kExponent = 0x7f800000;
  uint32_t broken = 0;
  for (float& sample : samples) {
    const auto bits = std::bit_cast<uint32_t>(sample);
    const uint32_t finite = (bits & kExponent) != kExponent ? 1 : 0;
    broken += 1 - finite;
    sample = std::bit_cast<float>(bits & (0u - finite));
  }
  return broken;
}

Status CheckChannels(SoundReader& reader, const JobSettings& settings) {
  if (OutputChannels(reader.info(), settings) <= kMostSoundChannels) return {};
  return Error{ErrorCode::kUnsupported, reader.name() + ": has " +
                                            std::to_string(reader.info().channels) +
                                            " channels, expected at most " +
                                            std::to_string(kMostSoundChannels) + " or --downmix"};
}

// What hears a sound at both ends, if it is to be measured or shown.
struct EndMeters {
  std::optional<SoundMeter> input;
  std::optional<SoundMeter> output;
  SoundRecorder* recorder = nullptr;

  static Result<EndMeters> Create(const SoundInfo& info, const JobSettings& settings,
                                  SoundRecorder* recorder) {
    EndMeters meters;
    meters.recorder = recorder;
    if (!settings.measure_levels) return meters;
    const size_t channels = OutputChannels(info, settings);
    const uint32_t speakers = channels == info.channels ? info.details.speakers : 0;
    const bool linked = LinksGains(settings.denoiser);
    DFN_TRY(meters.input, SoundMeter::Create(info.rate_hz, channels, speakers, linked));
    DFN_TRY(meters.output, SoundMeter::Create(info.rate_hz, channels, speakers, linked));
    return meters;
  }

  Status HearInput(std::span<const float> samples) {
    if (input) input->Hear(samples);
    return recorder != nullptr ? recorder->HearBefore(samples) : Status();
  }

  Status HearOutput(std::span<const float> samples, const SoundPipeline& pipeline) {
    if (output) output->Hear(samples);
    if (recorder == nullptr) return {};
    recorder->HearGain(pipeline.level_gain_db(),
                       static_cast<size_t>(pipeline.hops() - recorder->gain().values()));
    return recorder->HearAfter(samples);
  }
};

// Passes on what the network tells of each frame, if it tells it.
void ListenFor(SoundRecorder* recorder, const Engine& engine, SoundPipeline& pipeline) {
  if (recorder == nullptr) return;
  recorder->SetFrameSeconds(pipeline.hop_seconds());
  if (engine.config() == nullptr) return;
  pipeline.ListenToLocalSnr([recorder](float snr_db) { recorder->HearLocalSnr(snr_db); });
}

}  // namespace

Result<SoundLevels> MeasureLevels(SoundReader& reader, const JobSettings& settings) {
  DFN_CHECK(CheckChannels(reader, settings));
  const SoundInfo& info = reader.info();
  const size_t channels = OutputChannels(info, settings);
  WholeGains gains(info.rate_hz, channels, LinksGains(settings.denoiser));
  std::vector<float> block;
  for (;;) {
    if (Interrupted()) return InterruptedError();
    block.resize(info.rate_hz * info.channels);
    DFN_TRY(const size_t frames, reader.Read(block));
    if (frames == 0) break;
    block.resize(frames * info.channels);
    DropBrokenSamples(block);
    if (settings.downmix) Downmix(block, info.channels);
    gains.Hear(block);
  }
  SoundLevels levels{.speech_db = {}, .gains_db = gains.gains_db()};
  for (size_t c = 0; c < channels; ++c) levels.speech_db.push_back(gains.level_db(c));
  return levels;
}

RecorderOptions RecorderOf(const SoundInfo& input, const JobSettings& settings) {
  const size_t channels = OutputChannels(input, settings);
  return {.rate_hz = input.rate_hz,
          .channels = channels,
          .speakers = channels == input.channels ? input.details.speakers : 0,
          .expected_frames = input.frames};
}

Result<JobStats> RunJob(const Engine& engine, SoundReader& reader, SoundWriter& writer,
                        const JobSettings& settings, SoundRecorder* recorder,
                        const std::function<void(uint64_t samples)>& progress) {
  const SoundInfo& info = reader.info();
  DFN_CHECK(CheckChannels(reader, settings));
  PipelineOptions options{.denoiser = settings.denoiser,
                          .rate_hz = info.rate_hz,
                          .one_hop_calls = settings.one_hop_calls,
                          .check_silence = settings.check_silence};
  options.denoiser.channels = OutputChannels(info, settings);
  if (settings.fills_band && engine.config() != nullptr) {
    options.denoiser.band_hz = FilledAboveHz(*engine.config(), info.rate_hz);
  }
  if (!settings.compensate_delay) options.skip_samples = 0;
  DFN_TRY(const auto pipeline, SoundPipeline::Create(engine, options));
  DFN_TRY(EndMeters meters, EndMeters::Create(info, settings, recorder));
  ListenFor(recorder, engine, *pipeline);
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
    DFN_CHECK(meters.HearInput(block));
    const std::span<const float> enhanced = pipeline->Process(block);
    DFN_CHECK(meters.HearOutput(enhanced, *pipeline));
    DFN_CHECK(engine.status());
    DFN_CHECK(writer.Write(enhanced));
    read += frames;
    progress(read);
  }
  const std::span<const float> rest = pipeline->Finish();
  DFN_CHECK(meters.HearOutput(rest, *pipeline));
  DFN_CHECK(engine.status());
  DFN_CHECK(writer.Write(rest));
  DFN_CHECK(writer.Finish());
  if (recorder != nullptr) DFN_CHECK(recorder->Finish());
  if (Interrupted()) return InterruptedError();
  static_cast<PipelineStats&>(stats) = pipeline->stats();
  // An audio graph need not tell it.
  if (engine.config() == nullptr) stats.local_snr_db = std::nullopt;
  if (meters.input) stats.input_level = meters.input->level();
  if (meters.output) stats.output_level = meters.output->level();
  stats.filled_above_hz = options.denoiser.band_hz;
  stats.clipped_samples = writer.clipped_samples();
  return stats;
}

}  // namespace dfn
