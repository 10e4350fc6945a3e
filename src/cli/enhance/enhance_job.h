// Enhances one sound: reads, resamples, enhances, resamples back and writes it block by block, so
// that memory does not grow with its length.
#ifndef DEEPFILTER_CLI_ENHANCE_ENHANCE_JOB_H_
#define DEEPFILTER_CLI_ENHANCE_ENHANCE_JOB_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "api/select/engine.h"
#include "audio/sound_file.h"
#include "base/result.h"
#include "cli/enhance/sound_meter.h"
#include "cli/enhance/sound_pipeline.h"
#include "cli/report/sound_recorder.h"
#include "stream/denoise/denoiser.h"

namespace dfn {

struct JobSettings {
  // Its channels, frames a call and band_hz are chosen by the job.
  DenoiserOptions denoiser;
  bool fills_band = false;  // band_hz is that of the sound's rate
  bool compensate_delay = true;
  bool downmix = false;        // average the channels first
  bool one_hop_calls = false;  // as a live stream, and every hop is timed
  // With denoiser.silence_skip: measures the error that it causes, with a second stream.
  bool check_silence = false;
  bool measure_levels = false;  // JobStats::input_level and output_level
};

// The speech of a sound, a channel each.
struct SoundLevels {
  std::vector<std::optional<float>> speech_db;  // in dBFS; empty: none was found
  std::vector<float> gains_db;                  // at which the network should hear it
};

struct JobStats : PipelineStats {
  // With measure_levels, of the channels that are written; that of the output before it is rounded
  // to the file's format.
  std::optional<SoundLevel> input_level;
  std::optional<SoundLevel> output_level;
  // Above it the network heard a floor (--band auto), in Hz; 0: it heard the sound alone.
  size_t filled_above_hz = 0;
  uint64_t clipped_samples = 0;
  uint64_t broken_samples = 0;  // samples of the input that are not finite, taken as 0
};

// Channels that the job writes.
inline size_t OutputChannels(const SoundInfo& input, const JobSettings& settings) {
  return settings.downmix ? 1 : input.channels;
}

// Reads the whole sound for its levels. Errors: those of the reader; kUnsupported and kCancelled as
// below.
Result<SoundLevels> MeasureLevels(SoundReader& reader, const JobSettings& settings);

// What a report needs to know of the sound that a job writes.
RecorderOptions RecorderOf(const SoundInfo& input, const JobSettings& settings);

// Runs the whole sound. `recorder` hears both ends, or is null. `writer` has the reader's rate and
// OutputChannels. `progress` is called after each block with the samples read so far. The output has
// exactly the samples of the input.
// Errors: those of reader and writer; kUnsupported (too many channels); those of
// Engine::NewDenoiser and Engine::status; those of the recorder; kCancelled when the user interrupts.
Result<JobStats> RunJob(const Engine& engine, SoundReader& reader, SoundWriter& writer,
                        const JobSettings& settings, SoundRecorder* recorder,
                        const std::function<void(uint64_t samples)>& progress);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_ENHANCE_JOB_H_
