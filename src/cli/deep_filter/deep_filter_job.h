// One sound as the official program `deep-filter` enhances it.
#ifndef DEEPFILTER_CLI_DEEP_FILTER_DEEP_FILTER_JOB_H_
#define DEEPFILTER_CLI_DEEP_FILTER_DEEP_FILTER_JOB_H_

#include <cstdint>

#include "api/select/engine.h"
#include "audio/sound_file.h"
#include "base/result.h"
#include "cli/enhance/sound_pipeline.h"
#include "stream/denoise/denoiser.h"

namespace dfn {

struct DeepFilterSettings {
  DenoiserOptions denoiser;  // its channels and frames a call are chosen by the job
  // Leaves out the model's delay at the start; the output is shorter by it.
  bool compensate_delay = false;
};

// Runs the whole sound; `writer` has the reader's rate and channels and writes 16-bit integers.
// It differs from RunJob (cli/enhance/enhance_job.h) as the official program does:
//  - only whole hops are enhanced, the samples after the last one become zeros, the delay stays;
//  - 16-bit samples have full scale 32767, and writing rounds them towards zero;
//  - a sound of another rate gets its length from being resampled there and back.
// Errors: those of reader and writer; kUnsupported (too many channels); those of
// Engine::NewDenoiser and Engine::status; kCancelled when the user interrupts.
Result<PipelineStats> RunDeepFilterJob(const Engine& engine, SoundReader& reader,
                                       SoundWriter& writer, const DeepFilterSettings& settings);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_DEEP_FILTER_DEEP_FILTER_JOB_H_
