// The manifest of a run over a folder: JSON lines, one row a file, by which a run goes on after it
// was ended at any point.
#ifndef DEEPFILTER_CLI_ENHANCE_MANIFEST_H_
#define DEEPFILTER_CLI_ENHANCE_MANIFEST_H_

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/enhance/enhance_options.h"
#include "cli/enhance/enhance_plan.h"
#include "cli/enhance/report.h"
#include "cli/enhance/shard.h"
#include "os/line_log.h"

namespace dfn {

// What a manifest said of the files of a run.
struct ResumeCounts {
  size_t done = 0;             // and as the run would make them
  size_t failed = 0;           // this and the rest are made again
  size_t changed_source = 0;   // another size or time of change
  size_t changed_options = 0;  // made with other options or another model
  size_t lost_target = 0;      // the output is absent or of another size
  bool torn = false;           // the last row was half a line
};

// "3 of 5 files are done already; made again: 1 that failed, 1 whose input changed"; empty if the
// manifest held nothing of these files.
std::string ResumeText(const ResumeCounts& counts, size_t files);

// Removes from a plan the files of other shards.
void KeepShard(const Shard& shard, OutputPlan& plan);

// Rows are added by any thread. A row follows its output: a manifest that exists vouches that all
// outputs of its run are the run's own, so that those without a row can be replaced.
class Manifest {
 public:
  // Opens the manifest of a run, after `plan` was cut to its shard: `options.manifest`, or
  // "manifest.jsonl" or "manifest-I-of-N.jsonl" in the output folder, which is made. Removes what
  // killed runs of the same manifest left half-written. Errors: kInvalidArgument (no folder as
  // output; output folder = input folder), kExists (unless `options.force`: there is a manifest and
  // no `options.resume`, or there are outputs and no manifest), those of LineLog::Open.
  static Result<std::unique_ptr<Manifest>> Open(const EnhanceOptions& options,
                                                const OutputPlan& plan);

  const std::string& path() const { return path_; }
  // For the temporary files of the run's outputs (AtomicFileOptions).
  const std::string& label() const { return label_; }

  // Removes from `plan` the files that are done as `identity` has it, and the files left out that
  // have their row. Removes all other rows of the plan's files from the manifest; rows of other
  // files stay. Errors: kCorrupt (a line that is no row), those of LineLog::Review.
  Result<ResumeCounts> Settle(const RunIdentity& identity, OutputPlan& plan);

  // Adds a row. Once this has failed, it returns the same error. Errors: those of LineLog::Append.
  Status Add(const std::string& row);
  // That of Add so far.
  Status status() const;

 private:
  Manifest(std::string path, std::string label, LineLog log)
      : path_(std::move(path)), label_(std::move(label)), log_(std::move(log)) {}

  std::string path_;
  std::string label_;
  LineLog log_;               // guarded by mutex_ once rows are added
  mutable std::mutex mutex_;  // guards the next, too
  Status status_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_MANIFEST_H_
