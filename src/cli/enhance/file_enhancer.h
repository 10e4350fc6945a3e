// One sound of `deepfilter enhance`, from opening its input to the output under its name.
#ifndef DEEPFILTER_CLI_ENHANCE_FILE_ENHANCER_H_
#define DEEPFILTER_CLI_ENHANCE_FILE_ENHANCER_H_

#include <functional>
#include <string>

#include "api/select/engine.h"
#include "base/result.h"
#include "cli/enhance/enhance_options.h"
#include "cli/enhance/enhance_plan.h"
#include "cli/enhance/progress.h"
#include "cli/enhance/report.h"

namespace dfn {

// What outputs may replace.
struct OutputRules {
  bool replace = false;        // existing files
  bool replace_input = false;  // the input itself
  std::string label = {};      // of temporary files (AtomicFileOptions)
};

// Shared by all sounds of a run, which several threads may enhance at once, each its own.
class FileEnhancer {
 public:
  using OnProgress = std::function<void(const ProgressState&)>;

  // All five outlive this. `run` is what the pages of reports say of all sounds.
  FileEnhancer(const EnhanceOptions& options, const Engine& engine, const JobSettings& settings,
               const OutputRules& rules, const RunReport& run)
      : options_(options), engine_(engine), settings_(settings), rules_(rules), run_(run) {}

  // Fills in `file`, its error included, whose `page` is given, and prints nothing. `progress` is
  // called after each block. Errors: those of SoundSource, SoundSink, RunJob and EnhanceMedia;
  // kExists; kIo; kCancelled when the user interrupts.
  Status Enhance(const PlannedFile& planned, FileReport& file, const OnProgress& progress) const;

 private:
  Status EnhanceInto(const PlannedFile& planned, FileReport& file,
                     const OnProgress& progress) const;
  void WritePage(FileReport& file, const SoundRecorder& recorder) const;
  Status RefuseOverwriting(const PlannedFile& planned) const;

  const EnhanceOptions& options_;
  const Engine& engine_;
  const JobSettings& settings_;
  const OutputRules& rules_;
  const RunReport& run_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_FILE_ENHANCER_H_
