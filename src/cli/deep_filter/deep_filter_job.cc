#include "cli/deep_filter/deep_filter_job.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "audio/sound_format.h"
#include "cli/enhance/sound_pipeline.h"
#include "os/process/interrupt.h"

namespace dfn {
namespace {

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

}  // namespace

Result<PipelineStats> RunDeepFilterJob(const Engine& engine, SoundReader& reader,
                                       SoundWriter& writer, const DeepFilterSettings& settings) {
  const SoundInfo& info = reader.info();
  if (info.channels > kMostSoundChannels) {
    return Error{ErrorCode::kUnsupported, reader.name() + ": has " + std::to_string(info.channels) +
                                              " channels, expected at most " +
                                              std::to_string(kMostSoundChannels)};
  }
  PipelineOptions options{.denoiser = settings.denoiser, .rate_hz = info.rate_hz};
  options.denoiser.channels = info.channels;
  if (!settings.compensate_delay) {
    options.skip_samples = 0;
  } else if (engine.config() != nullptr) {
    // The official program leaves out the model's delay even where the input passes undelayed.
    options.skip_samples = engine.config()->delay_samples();
  }
  DFN_TRY(const auto pipeline, SoundPipeline::Create(engine, options));
  const bool integers = IntegerBits(info.format) == 16;
  const auto write = [&](std::span<float> samples) -> Status {
    DFN_CHECK(engine.status());
    WriteAsOfficial(samples);
    return writer.Write(samples);
  };
  std::vector<float> block(pipeline->block_frames() * info.channels);
  for (;;) {
    if (Interrupted()) return InterruptedError();
    DFN_TRY(const size_t frames, reader.Read(block));
    if (frames == 0) break;
    const std::span<float> samples = std::span(block).first(frames * info.channels);
    ReadAsOfficial(samples, integers);
    DFN_CHECK(write(pipeline->Process(samples)));
  }
  DFN_CHECK(write(pipeline->Cut()));
  DFN_CHECK(writer.Finish());
  if (Interrupted()) return InterruptedError();
  return pipeline->stats();
}

}  // namespace dfn
