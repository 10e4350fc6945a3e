// One sound through the network, with its level measured first where it can be read twice.
#ifndef DEEPFILTER_CLI_ENHANCE_SOUND_RUN_H_
#define DEEPFILTER_CLI_ENHANCE_SOUND_RUN_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/select/engine.h"
#include "audio/sound_file.h"
#include "base/result.h"
#include "cli/enhance/enhance_job.h"
#include "cli/enhance/sound_ends.h"

namespace dfn {

struct SoundRun {
  JobStats stats;
  bool auto_level = false;  // the program finds the level
  // The speech of each channel in dBFS, where the sound was read for it first.
  std::vector<std::optional<float>> speech_db;
};

// Opens the same sound once more.
using ReopenSound = std::function<Result<SoundSource>()>;

// Whether a run may read an input twice: one that times a live stream works as one.
bool MayBeReadTwice(const std::string& path, const JobSettings& settings);

// RunJob with `settings` and `recorder` (may be null); without `again` (the sound comes once) its level is followed. Errors: those
// of MeasureLevels, RunJob and `again`.
Result<SoundRun> EnhanceSound(const Engine& engine, JobSettings settings, SoundReader& reader,
                              SoundWriter& writer, const ReopenSound& again,
                              SoundRecorder* recorder,
                              const std::function<void(uint64_t samples)>& progress);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_SOUND_RUN_H_
