// One media file of `deepfilter enhance`: its audio tracks are enhanced, the rest is copied.
#ifndef DEEPFILTER_CLI_ENHANCE_MEDIA_ENHANCER_H_
#define DEEPFILTER_CLI_ENHANCE_MEDIA_ENHANCER_H_

#include <functional>
#include <memory>
#include <string>

#include "api/select/engine.h"
#include "base/result.h"
#include "cli/enhance/enhance_job.h"
#include "cli/enhance/enhance_options.h"
#include "cli/enhance/enhance_plan.h"
#include "cli/enhance/progress.h"
#include "cli/enhance/report.h"
#include "cli/report/sound_recorder.h"
#include "media/media_target.h"

namespace dfn {

// What the files of a run share.
struct MediaRun {
  const EnhanceOptions& options;
  const Engine& engine;
  const JobSettings& settings;
  bool replace;              // an existing output
  const std::string& label;  // of temporary files (AtomicFileOptions)
};

// Enhances a sound, or all audio tracks of a media file (with `options.track` that one alone), into a
// container that FFmpeg writes; fills in `file` but for its times and names. Each track is encoded
// into a file beside the output, and the output is put together from them and the input at the end.
// Errors: those of OpenInput, PlanTrack, EnhanceSound, Mux and AtomicFile; kCorrupt (a damaged input
// would be replaced); those of SoundRecorder. The recorder heard the first track; null without
// `file.page`.
Result<std::unique_ptr<SoundRecorder>> EnhanceMedia(
    const MediaRun& run, const PlannedFile& planned, const MediaTarget& target, FileReport& file,
    const std::function<void(const ProgressState&)>& progress);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_MEDIA_ENHANCER_H_
