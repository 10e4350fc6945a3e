#include "cli/enhance/enhance_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <utility>
#include <vector>

#include "api/select/engine.h"
#include "base/path_text.h"
#include "base/precision_name.h"
#include "base/printable.h"
#include "cli/engine_text.h"
#include "cli/enhance/enhance_plan.h"
#include "cli/enhance/file_crews.h"
#include "cli/enhance/file_enhancer.h"
#include "cli/enhance/manifest.h"
#include "cli/enhance/model_sha256.h"
#include "cli/enhance/progress.h"
#include "cli/enhance/report.h"
#include "cli/enhance/report_pages.h"
#include "cli/enhance/settings_json.h"
#include "cli/enhance/sound_ends.h"
#include "cli/enhance/spread_work.h"
#include "cli/message.h"
#include "media/media_tools.h"
#include "model/model.h"
#include "os/atomic_file.h"
#include "os/process/terminal.h"

namespace dfn {
namespace {

// Interval of updates of the progress line while other threads work.
constexpr std::chrono::milliseconds kLookTime{100};

// Lines about files that are left out of folders; one more says how many there are beyond.
constexpr size_t kMostLinesLeftOut = 20;

// A sound that one thread enhances while another reports on it.
struct SpreadFile {
  FileReport report;
  Status status;
  std::mutex mutex;  // of `progress`
  ProgressState progress;
};

ProgressForm ProgressFormOf(const EnhanceOptions& options) {
  if (options.progress_json) return ProgressForm::kJsonLines;
  return options.quiet ? ProgressForm::kNone : ProgressForm::kTerminal;
}

class EnhanceRun {
 public:
  explicit EnhanceRun(const EnhanceOptions& options)
      : options_(options),
        rules_{.replace = options.force, .replace_input = options.force, .label = {}} {}

  ExitCode Run() {
    auto planned = PlanOutputs(options_.inputs, options_.output, HasMediaTools());
    if (!planned.ok()) return Fail(planned.error());
    plan_ = std::move(*planned);
    if (const Status media = CheckMediaOptions(); !media.ok()) return Fail(media.error());
    if (KeepsManifest(options_)) {
      if (const Status opened = OpenManifest(); !opened.ok()) return Fail(opened.error());
    }
    const std::vector<PlannedFile>& files = plan_.files;
    if (const Status csv = CheckLatencyCsv(); !csv.ok()) return Fail(csv.error());
    if (const Status report = CheckReport(); !report.ok()) return Fail(report.error());
    RemoveLeftovers();
    const auto model = OpenModelOfRun();
    if (!model.ok()) return Fail(model.error());
    const EngineInfo& engine = engine_->info();
    if (!engine.note.empty()) Note(engine.note);
    // The choice depends on the machine and its load, so it is told without -v, too.
    if (!engine.precision_reason.empty()) {
      Note(fmt::format("precision {}: {}", PrecisionName(engine.precision),
                       engine.precision_reason));
    }
    if (options_.verbose) PrintEngine(engine);
    report_.left_out = plan_.left_out;
    if (places_.any()) {
      if (const Status named = NameRun(); !named.ok()) return Fail(named.error());
    }
    if (manifest_) {
      if (const Status settled = SettleManifest(); !settled.ok()) return Fail(settled.error());
    }

    if (const Status done = EnhanceAll(files); !done.ok()) return Fail(done.error());
    if (status_ == kExitInterrupted || (manifest_ && !manifest_->status().ok())) return status_;
    SayLeftOut();
    return WriteReports(status_);
  }

 private:
  Status OpenManifest() {
    DFN_TRY(const Shard shard, ParseShard(options_.shard));
    KeepShard(shard, plan_);
    if (!options_.shard.empty()) report_.shard = shard;
    DFN_TRY(manifest_, Manifest::Open(options_, plan_));
    report_.manifest = manifest_->path();
    rules_ = {.replace = true, .replace_input = false, .label = manifest_->label()};
    return {};
  }

  // What pages and manifests say of the run as a whole.
  Status NameRun() {
    DFN_TRY(report_.identity.model_sha256, ModelSha256(options_.model));
    report_.identity.settings = SettingsJson(options_, settings_, engine_->info().precision);
    return {};
  }

  // Leaves in the plan what is to be done, and tells what else there was.
  Status SettleManifest() {
    DFN_CHECK(NameRun());
    const size_t files = plan_.files.size();
    DFN_TRY(const ResumeCounts counts, manifest_->Settle(report_.identity, plan_));
    report_.done_before = counts.done;
    if (const std::string text = ResumeText(counts, files); !text.empty()) {
      Note(Printable(manifest_->path()) + ": " + text);
    }
    for (const LeftOutFile& file : plan_.left_out) {
      DFN_CHECK(manifest_->Add(ManifestRow(report_, file)));
    }
    return {};
  }

  // Enhances a sound and adds its row. An interrupted one has none.
  Status EnhanceOne(const FileEnhancer& enhancer, const PlannedFile& planned, FileReport& file,
                    const FileEnhancer::OnProgress& progress) {
    if (!manifest_) return enhancer.Enhance(planned, file, progress);
    DFN_CHECK(manifest_->status());
    Status status = enhancer.Enhance(planned, file, progress);
    if (status.ok() || status.error().code != ErrorCode::kCancelled) {
      DFN_CHECK(manifest_->Add(ManifestRow(report_, file)));
    }
    return status;
  }

  Status OpenModelOfRun() {
    DFN_TRY(const EngineOptions engine, EngineOptionsOf(options_.engine));
    DFN_TRY(engine_, OpenEngine(options_.model, engine));
    // An audio graph has settings of its own, which are not known here.
    const Config* config = engine_->config();
    settings_ = SettingsOf(options_, config != nullptr ? *config : Config{});
    // An audio graph hears its input as it is.
    if (config == nullptr && options_.level.empty()) settings_.denoiser.controls.auto_level = false;
    report_.model = options_.model.empty() ? "default" : options_.model;
    report_.variant = config != nullptr ? VariantName(*config) : "audio graph";
    report_.engine = engine_->info();
    report_.profile = ProfileName(options_.profile);
    report_.threads = options_.threads;
    report_.delay_compensated = settings_.compensate_delay;
    report_.model_rate_hz = engine_->sample_rate_hz();
    return {};
  }

  void Note(const std::string& sentence) const {
    if (!options_.quiet) PrintError("note: " + sentence);
  }

  static void PrintEngine(const EngineInfo& engine) {
    if (!engine.native_refusal.empty()) {
      WriteNotice("not native: " + engine.native_refusal + "\n");
    }
    WriteNotice("engine: " + EngineText(engine) + "\n");
  }

  Status EnhanceAll(const std::vector<PlannedFile>& plan) {
    // Several sounds at once would disturb each other's times.
    if (plan.size() < 2 || settings_.one_hop_calls) return EnhanceInTurn(plan);
    // A pipe that waits for its writer would hold up sounds that share a core with it.
    const bool shares = std::all_of(plan.begin(), plan.end(), [](const PlannedFile& file) {
      std::error_code ignored;
      return std::filesystem::is_regular_file(PathOf(file.input), ignored);
    });
    DFN_TRY(const auto crews, FileCrews::Create(*engine_, plan.size(), options_.threads, shares));
    return crews->at_once() == 1 ? EnhanceInTurn(plan) : EnhanceSpread(plan, *crews);
  }

  // Enhances one sound after the other, each with all threads.
  Status EnhanceInTurn(const std::vector<PlannedFile>& plan) {
    const FileEnhancer enhancer(options_, *engine_, settings_, rules_, report_);
    for (size_t i = 0; i < plan.size(); ++i) {
      const PlannedFile& planned = plan[i];
      FileReport file;
      file.page = places_.PageOf(i);
      Status status;
      {
        SoundProgress progress(planned.input, ProgressFormOf(options_));
        status = EnhanceOne(enhancer, planned, file,
                            [&](const ProgressState& state) { progress.Update(state); });
        if (status.ok()) progress.Finish(file.stats.seconds, file.wall_seconds);
      }
      if (!Enter(std::move(file), status)) break;
    }
    return {};
  }

  // Enhances several sounds at once, each on one thread, and reports on them in their order.
  Status EnhanceSpread(const std::vector<PlannedFile>& plan, FileCrews& crews) {
    JobSettings settings = settings_;
    settings.denoiser.threads = 1;
    std::vector<SpreadFile> files(plan.size());
    const auto enhance = [&](size_t i) {
      SpreadFile& file = files[i];
      try {
        file.report.page = places_.PageOf(i);
        crews.Enhance([&](const Engine& engine) {
          const FileEnhancer enhancer(options_, engine, settings, rules_, report_);
          file.status = EnhanceOne(enhancer, plan[i], file.report, [&](const ProgressState& state) {
            const std::lock_guard lock(file.mutex);
            file.progress = state;
          });
        });
      } catch (const std::bad_alloc&) {
        // Nothing catches what leaves a thread. The sentence fits into the string itself.
        file.status = Error{ErrorCode::kIo, "out of memory"};
      }
    };
    DFN_TRY(const auto work, SpreadWork::Start(plan.size(), crews.at_once(), enhance));
    for (size_t i = 0; i < plan.size(); ++i) {
      SpreadFile& file = files[i];
      {
        SoundProgress progress(plan[i].input, ProgressFormOf(options_));
        while (!work->Wait(i, kLookTime)) {
          const std::lock_guard lock(file.mutex);
          progress.Update(file.progress);
        }
        if (file.status.ok()) progress.Finish(file.report.stats.seconds, file.report.wall_seconds);
      }
      if (!Enter(std::move(file.report), file.status)) break;
    }
    return {};
  }

  // Enters a sound in the report and prints its line; false ends the run.
  bool Enter(FileReport file, const Status& status) {
    if (status.ok()) {
      if ((StderrIsTerminal() && !options_.quiet) || options_.verbose) {
        WriteNotice(Printable(SummaryLine(report_, file)) + "\n");
      }
      const bool told = file.faults.damaged || !options_.quiet;
      const ExitCode code = told ? SayFaults(file.faults) : kExitOk;
      if (status_ == kExitOk) status_ = code;
      for (const std::string& note : file.notes) Note(Printable(NoteName(file)) + ": " + note);
      if (const std::string note = SampleNote(file); !note.empty()) {
        Note(Printable(NoteName(file)) + ": " + note);
      }
      if (!file.page_error.empty()) {
        PrintError(file.page_error);
        if (status_ == kExitOk) status_ = kExitFailed;
      }
      Keep(std::move(file));
      return true;
    }
    Keep(std::move(file));
    const ExitCode code = Fail(status.error());
    if (status_ == kExitOk || code == kExitInterrupted) status_ = code;
    // Without rows the work would be for nothing.
    return code != kExitInterrupted && (!manifest_ || manifest_->status().ok());
  }

  // Removes what killed runs left in the folders of the outputs.
  void RemoveLeftovers() const {
    std::set<std::filesystem::path> folders;
    for (const PlannedFile& file : plan_.files) {
      if (file.output == kStandardStream) continue;
      std::filesystem::path folder = PathOf(file.output).parent_path();
      folders.insert(folder.empty() ? "." : std::move(folder));
    }
    for (const std::filesystem::path& folder : folders) RemoveStaleTemporaries(folder);
  }

  // Beside media, the sounds of a run do without these options; alone, they would do without notice.
  Status CheckMediaOptions() const {
    if (options_.audio_codec.empty() && !options_.bit_rate_kbps) return {};
    const std::vector<PlannedFile>& files = plan_.files;
    if (files.empty() || std::any_of(files.begin(), files.end(), [](const PlannedFile& file) {
          return TargetOf(file.output) != nullptr;
        })) {
      return {};
    }
    return Error{ErrorCode::kInvalidArgument,
                 "--audio-codec and --bit-rate are of media that FFmpeg writes, such as .m4a or "
                 ".mkv, and no output of this run is one"};
  }

  // Before any work, which an error at the end would waste.
  Status CheckLatencyCsv() const {
    if (options_.latency_csv.empty()) return {};
    if (plan_.files.size() > 1) {
      return Error{ErrorCode::kInvalidArgument, "--latency-csv is for one input"};
    }
    DFN_CHECK(RefuseSound(plan_, options_.latency_csv, "table of times"));
    const auto possible =
        AtomicFile::Create(PathOf(options_.latency_csv), {.replace = options_.force});
    return possible.ok() ? Status() : Status(possible.error());
  }

  Status CheckReport() {
    if (options_.report.empty()) return {};
    places_ = ReportPlaces(options_.report, options_.inputs, plan_);
    if (options_.report == options_.latency_csv) {
      return Error{ErrorCode::kInvalidArgument,
                   options_.report + ": cannot be report and table of times at once"};
    }
    return CheckReportPlaces(places_, plan_, options_.force);
  }

  // A manifest has the entries of corpora that are larger than memory.
  void Keep(FileReport file) {
    if (!manifest_ || options_.json || !options_.latency_csv.empty()) {
      report_.files.push_back(std::move(file));
    }
  }

  // The sound has the name of its file; a stream has that of the other end, or none.
  static std::string NoteName(const FileReport& file) {
    if (file.input != kStandardStream) return file.input;
    return file.output != kStandardStream ? file.output : "standard input";
  }

  // Last, so that it is what a user sees beside the exit status.
  void SayLeftOut() {
    std::vector<const LeftOutFile*> others;
    std::vector<const LeftOutFile*> media;
    for (const LeftOutFile& file : report_.left_out) {
      (file.needs_ffmpeg ? media : others).push_back(&file);
    }
    const size_t told = std::min(others.size(), kMostLinesLeftOut);
    for (size_t i = 0; i < told; ++i) PrintError(others[i]->reason);
    if (const size_t rest = others.size() - told; rest > 0) {
      PrintError(
          fmt::format("{} more files of sound or video are left out; --json lists all", rest));
    }
    // One reason for all of them.
    if (media.size() == 1) PrintError(media.front()->reason);
    if (media.size() > 1) {
      PrintError(fmt::format("{} files that FFmpeg reads are left out, {} first; {}", media.size(),
                             media.front()->input, FindMediaTools().error().message));
    }
    if (!report_.left_out.empty() && status_ == kExitOk) status_ = kExitBadInput;
  }

  ExitCode WriteReports(ExitCode status) const {
    if (!options_.latency_csv.empty() && status == kExitOk && !report_.files.empty()) {
      const Status written = WriteCsv(HopTimesCsv(report_.files.front().stats.hop_us));
      if (!written.ok()) status = Fail(written.error());
    }
    if (places_.is_list()) {
      const Status written = WriteReportList(places_, report_, options_.force);
      if (!written.ok()) {
        const ExitCode failed = Fail(written.error());
        if (status == kExitOk) status = failed;
      }
    }
    if (options_.json) {
      const ExitCode printed = PrintResult(ReportJson(report_));
      if (status == kExitOk) status = printed;
    }
    return status;
  }

  Status WriteCsv(const std::string& text) const {
    DFN_TRY(AtomicFile output,
            AtomicFile::Create(PathOf(options_.latency_csv), {.replace = options_.force}));
    DFN_CHECK(output.Append({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
    return output.Commit();
  }

  const EnhanceOptions& options_;
  OutputRules rules_;
  OutputPlan plan_;
  std::unique_ptr<Manifest> manifest_;  // or null
  std::shared_ptr<const Engine> engine_;
  JobSettings settings_;
  ReportPlaces places_;
  RunReport report_;
  ExitCode status_ = kExitOk;  // that of the first failure
};

}  // namespace

ExitCode RunEnhance(const EnhanceOptions& options) {
  const Status checked = CheckEnhanceOptions(options);
  if (!checked.ok()) return Fail(checked.error());
  return EnhanceRun(options).Run();
}

}  // namespace dfn
