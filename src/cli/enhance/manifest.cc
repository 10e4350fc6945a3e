#include "cli/enhance/manifest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/path_text.h"
#include "base/printable.h"
#include "cli/enhance/manifest_row.h"
#include "cli/enhance/sound_ends.h"
#include "os/atomic_file.h"
#include "store/sha256.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

// With this every row begins.
constexpr std::string_view kRowStart = R"({"path":")";

std::string DefaultPath(const EnhanceOptions& options, const Shard& shard) {
  const std::string name = options.shard.empty()
                               ? "manifest.jsonl"
                               : fmt::format("manifest-{}-of-{}.jsonl", shard.index, shard.count);
  return PathText(PathOf(options.output) / PathOf(name));
}

// What could not be told apart later: an input from its output.
Status RefuseOneFolder(const EnhanceOptions& options) {
  for (const std::string& input : options.inputs) {
    std::error_code ignored;
    if (!fs::is_directory(PathOf(input), ignored)) continue;
    if (!fs::equivalent(PathOf(input), PathOf(options.output), ignored)) continue;
    return Error{
        ErrorCode::kInvalidArgument,
        Printable(input) +
            ": is input and output folder; a run with a manifest needs another output folder"};
  }
  return {};
}

// Without a manifest nobody knows whose the outputs are.
Status RefuseOutputs(const OutputPlan& plan, const std::string& manifest) {
  const std::string* first = nullptr;
  size_t more = 0;
  for (const PlannedFile& file : plan.files) {
    std::error_code ignored;
    if (!fs::exists(PathOf(file.output), ignored)) continue;
    if (first == nullptr) {
      first = &file.output;
    } else {
      ++more;
    }
  }
  if (first == nullptr) return {};
  const std::string others =
      more == 0 ? "exists" : fmt::format("and {} more output{} exist", more, more == 1 ? "" : "s");
  return Error{ErrorCode::kExists,
               fmt::format("{}{} {} already, and there is no manifest {} of the run that made "
                           "{}; -f replaces {}, or give another output folder",
                           Printable(*first), more == 0 ? ":" : "", others, Printable(manifest),
                           more == 0 ? "it" : "them", more == 0 ? "it" : "them")};
}

// Names the run in the names of temporary files.
std::string LabelOf(const std::string& manifest) {
  std::error_code ignored;
  const std::string path = PathText(fs::weakly_canonical(PathOf(manifest), ignored));
  Sha256 sum;
  sum.Update({reinterpret_cast<const uint8_t*>(path.data()), path.size()});
  constexpr size_t kDigits = 16;
  return "run-" + sum.Finish().substr(0, kDigits);
}

void RemoveHalfWritten(const OutputPlan& plan, const std::string& manifest,
                       const std::string& label) {
  std::set<std::string> folders = {PathText(PathOf(manifest).parent_path())};
  for (const PlannedFile& file : plan.files) folders.insert(file.folder);
  for (const std::string& folder : folders) {
    RemoveTemporaries(folder.empty() ? fs::path(".") : PathOf(folder), label);
  }
}

// Decides on the rows of a manifest, one after the other.
class RowJudge {
 public:
  RowJudge(const std::string& manifest, const RunIdentity& identity, const OutputPlan& plan)
      : manifest_(manifest), identity_(identity), plan_(plan) {
    for (size_t i = 0; i < plan.files.size(); ++i) {
      files_.emplace(ManifestPath(plan.files[i].path), i);
    }
    for (size_t i = 0; i < plan.left_out.size(); ++i) {
      left_out_.emplace(ManifestPath(plan.left_out[i].path), i);
    }
    file_done.resize(plan.files.size());
    left_out_told.resize(plan.left_out.size());
  }

  // Whether the row stays.
  Result<bool> Keep(std::string_view line) {
    ++line_;
    const std::optional<ReadRow> row = ReadManifestRow(line);
    if (!row || !row->path || !row->status) return NoRow();
    if (const auto file = files_.find(*row->path); file != files_.end()) {
      return KeepFile(*row, file->second);
    }
    if (const auto file = left_out_.find(*row->path); file != left_out_.end()) {
      const bool told = row->status == "skipped" && !left_out_told[file->second] &&
                        row->error == plan_.left_out[file->second].reason;
      if (told) left_out_told[file->second] = true;
      return told;
    }
    return true;
  }

  // Whether the last line may go, which has no end: only if it is half a row.
  Status AgreeTorn(std::string_view line) {
    ++line_;
    const size_t common = std::min(line.size(), kRowStart.size());
    if (line.substr(0, common) != kRowStart.substr(0, common)) return NoRow();
    // A whole line of something else, which only has no end.
    const std::optional<ReadRow> row = ReadManifestRow(line);
    if (row && !(row->path && row->status)) return NoRow();
    counts.torn = true;
    return {};
  }

  ResumeCounts counts;
  std::vector<bool> file_done;      // of the plan's files
  std::vector<bool> left_out_told;  // of the plan's files that are left out

 private:
  Error NoRow() const {
    return {ErrorCode::kCorrupt,
            fmt::format("{}: line {} is no row of a manifest; delete the file, or name another one "
                        "with --manifest",
                        Printable(manifest_), line_)};
  }

  bool KeepFile(const ReadRow& row, size_t index) {
    if (file_done[index]) return false;
    if (row.status != "done") {
      counts.failed += row.status == "failed" ? 1 : 0;
      return false;
    }
    const PlannedFile& file = plan_.files[index];
    if (row.model_sha256 != identity_.model_sha256 || row.options != identity_.settings) {
      ++counts.changed_options;
    } else if (row.source != StateOfFile(file.input)) {
      ++counts.changed_source;
    } else if (row.target_bytes != StateOfFile(file.output).bytes) {
      ++counts.lost_target;
    } else {
      file_done[index] = true;
      ++counts.done;
      return true;
    }
    return false;
  }

  const std::string& manifest_;
  const RunIdentity& identity_;
  const OutputPlan& plan_;
  std::map<std::string, size_t> files_;
  std::map<std::string, size_t> left_out_;
  size_t line_ = 0;
};

// Removes the elements that are marked.
template <class Element>
void RemoveMarked(const std::vector<bool>& marks, std::vector<Element>& elements) {
  size_t kept = 0;
  for (size_t i = 0; i < elements.size(); ++i) {
    if (marks[i]) continue;
    if (kept != i) elements[kept] = std::move(elements[i]);
    ++kept;
  }
  elements.resize(kept);
}

}  // namespace

std::string ResumeText(const ResumeCounts& counts, size_t files) {
  std::vector<std::string> again;
  const auto add = [&](size_t count, const char* reason) {
    if (count > 0) again.push_back(fmt::format("{} {}", count, reason));
  };
  add(counts.failed, "that failed");
  add(counts.changed_source, "whose input changed");
  add(counts.changed_options, "made with other options or another model");
  add(counts.lost_target, "whose output is gone or changed");
  if (counts.torn) again.emplace_back("the one whose row was half-written");
  if (counts.done == 0 && again.empty()) return {};
  std::string text = fmt::format("{} of {} files are done already", counts.done, files);
  if (!again.empty()) text += fmt::format("; made again: {}", fmt::join(again, ", "));
  return text;
}

void KeepShard(const Shard& shard, OutputPlan& plan) {
  const auto is_other = [&](const auto& file) {
    return ShardOf(file.path, shard.count) != shard.index;
  };
  std::erase_if(plan.files, is_other);
  std::erase_if(plan.left_out, is_other);
}

Result<std::unique_ptr<Manifest>> Manifest::Open(const EnhanceOptions& options,
                                                 const OutputPlan& plan) {
  for (const PlannedFile& file : plan.files) {
    if (file.path.empty()) {
      return Error{ErrorCode::kInvalidArgument,
                   "--shard, --resume and --manifest need a folder as output; end it with /"};
    }
  }
  DFN_CHECK(RefuseOneFolder(options));
  DFN_TRY(const Shard shard, ParseShard(options.shard));
  const std::string path =
      options.manifest.empty() ? DefaultPath(options, shard) : options.manifest;
  DFN_CHECK(RefuseSound(plan, path, "manifest"));
  std::error_code error;
  const bool exists = fs::exists(PathOf(path), error);
  const bool begun = exists && (options.resume || StateOfFile(path).bytes > 0);
  if (begun && !options.resume && !options.force) {
    return Error{ErrorCode::kExists, Printable(path) +
                                         ": exists already; --resume goes on with that run, -f "
                                         "starts it anew"};
  }
  if (!begun && !options.force) DFN_CHECK(RefuseOutputs(plan, path));
  if (options.manifest.empty() && !fs::create_directories(PathOf(options.output), error) && error) {
    return Error{ErrorCode::kIo,
                 Printable(options.output) + ": folder cannot be made: " + error.message()};
  }
  const std::string label = LabelOf(path);
  DFN_TRY(LineLog log, LineLog::Open(PathOf(path), label));
  if (begun && !options.resume) DFN_CHECK(log.Clear());
  if (exists) RemoveHalfWritten(plan, path, label);
  return std::unique_ptr<Manifest>(new Manifest(path, label, std::move(log)));
}

Result<ResumeCounts> Manifest::Settle(const RunIdentity& identity, OutputPlan& plan) {
  RowJudge judge(path_, identity, plan);
  DFN_CHECK(log_.Review([&](std::string_view line) { return judge.Keep(line); },
                        [&](std::string_view line) { return judge.AgreeTorn(line); }));
  RemoveMarked(judge.file_done, plan.files);
  RemoveMarked(judge.left_out_told, plan.left_out);
  return judge.counts;
}

Status Manifest::Add(const std::string& row) {
  const std::lock_guard lock(mutex_);
  if (status_.ok()) status_ = log_.Append(row);
  return status_;
}

Status Manifest::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace dfn
