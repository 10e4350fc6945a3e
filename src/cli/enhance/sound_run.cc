#include "cli/enhance/sound_run.h"

#include <filesystem>
#include <system_error>

#include "base/path_text.h"

namespace dfn {

bool MayBeReadTwice(const std::string& path, const JobSettings& settings) {
  if (path == kStandardStream || settings.one_hop_calls) return false;
  // A file that cannot be looked at is an error when it is opened again.
  std::error_code error;
  return std::filesystem::is_regular_file(PathOf(path), error) || error;
}

Result<SoundRun> EnhanceSound(const Engine& engine, JobSettings settings, SoundReader& reader,
                              SoundWriter& writer, const ReopenSound& again,
                              SoundRecorder* recorder,
                              const std::function<void(uint64_t samples)>& progress) {
  SoundRun run;
  bool& follows = settings.denoiser.controls.auto_level;
  run.auto_level = follows;
  if (follows && again) {
    DFN_TRY(SoundSource first, again());
    DFN_TRY(const SoundLevels levels, MeasureLevels(first.reader(), settings));
    run.speech_db = levels.speech_db;
    follows = false;
    settings.denoiser.level_gains_db = levels.gains_db;
  }
  DFN_TRY(run.stats, RunJob(engine, reader, writer, settings, recorder, progress));
  return run;
}

}  // namespace dfn
