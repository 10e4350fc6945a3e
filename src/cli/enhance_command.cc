#include "cli/enhance_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "api/engine.h"
#include "audio/atomic_output.h"
#include "cli/engine_text.h"
#include "cli/enhance_plan.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/sound_ends.h"
#include "model/model.h"

namespace dfn {
namespace {

using Clock = std::chrono::steady_clock;

class EnhanceRun {
 public:
  explicit EnhanceRun(const EnhanceOptions& options) : options_(options) {}

  ExitCode Run() {
    const auto plan = PlanOutputs(options_.inputs, options_.output);
    if (!plan.ok()) return Fail(plan.error());
    if (!options_.latency_csv.empty() && plan->size() > 1) {
      return Fail({ErrorCode::kInvalidArgument, "--latency-csv is for one input"});
    }
    const auto model = OpenModelOfRun();
    if (!model.ok()) return Fail(model.error());
    const EngineInfo& engine = engine_->info();
    if (!engine.note.empty()) PrintError("note: " + engine.note);
    if (options_.verbose) PrintEngine(engine);

    ExitCode status = kExitOk;
    for (const PlannedFile& planned : *plan) {
      const Status done = EnhanceFile(planned);
      if (done.ok()) continue;
      const ExitCode code = Fail(done.error());
      if (status == kExitOk || code == kExitInterrupted) status = code;
      if (code == kExitInterrupted) break;
    }
    if (status != kExitInterrupted) status = WriteReports(status);
    return status;
  }

 private:
  Status OpenModelOfRun() {
    DFN_TRY(const EngineOptions engine, EngineOptionsOf(options_.engine));
    DFN_TRY(engine_, OpenEngine(options_.model, engine));
    // An audio graph filters after its own fashion, and its settings are not seen.
    const Config* config = engine_->config();
    settings_ = SettingsOf(options_, config != nullptr ? *config : Config{});
    report_.model = options_.model.empty() ? "default" : options_.model;
    report_.variant = config != nullptr ? VariantName(*config) : "audio graph";
    report_.engine = engine_->info();
    report_.profile = ProfileName(options_.profile);
    report_.delay_compensated = settings_.compensate_delay;
    report_.model_rate_hz = engine_->sample_rate_hz();
    return {};
  }

  static void PrintEngine(const EngineInfo& engine) {
    if (!engine.native_refusal.empty()) {
      fmt::print(stderr, "not native: {}\n", engine.native_refusal);
    }
    fmt::print(stderr, "engine: {}\n", EngineText(engine));
  }

  // Enhances one sound and enters it in the report.
  Status EnhanceFile(const PlannedFile& planned) {
    FileReport file;
    file.input = planned.input;
    file.output = planned.output;
    Status status = EnhanceInto(planned, file);
    if (!status.ok()) {
      Error error = std::move(status).error();
      if (error.code == ErrorCode::kCancelled) {
        error.message = planned.output == kStandardStream
                            ? "interrupted"
                            : "interrupted; " + planned.output + " was not written";
      }
      file.error = error.message;
      status = std::move(error);
    }
    report_.files.push_back(std::move(file));
    return status;
  }

  Status EnhanceInto(const PlannedFile& planned, FileReport& file) {
    const Clock::time_point start = Clock::now();
    DFN_CHECK(RefuseOverwriting(planned));
    DFN_TRY(SoundSource source, SoundSource::Open(planned.input, RawInput(options_)));
    const SoundInfo& info = source.reader().info();
    file.rate_hz = info.rate_hz;
    file.channels = OutputChannels(info, settings_);
    if (!planned.folder.empty()) DFN_CHECK(MakeFolder(planned.folder));
    DFN_TRY(SoundSink sink,
            SoundSink::Create(planned.output, {.sample_format = options_.sample_format,
                                               .force = options_.force,
                                               .raw = options_.raw_format,
                                               .input_path = planned.input,
                                               .input = info,
                                               .channels = file.channels}));
    {
      SoundProgress progress(planned.input);
      const auto rate_hz = static_cast<double>(info.rate_hz);
      std::optional<double> total_s;
      if (info.frames) total_s = static_cast<double>(*info.frames) / rate_hz;
      DFN_TRY(file.stats,
              RunJob(*engine_, source.reader(), sink.writer(), settings_, [&](uint64_t samples) {
                progress.Update(static_cast<double>(samples) / rate_hz, total_s);
              }));
      progress.Finish(file.stats.seconds);
    }
    DFN_CHECK(sink.Commit());
    file.wall_seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (StderrIsTerminal() || options_.verbose) {
      fmt::print(stderr, "{}\n", SummaryLine(report_, file));
    }
    return {};
  }

  Status RefuseOverwriting(const PlannedFile& planned) const {
    std::error_code ignored;
    if (options_.force || !std::filesystem::is_regular_file(planned.output, ignored)) return {};
    if (std::filesystem::equivalent(planned.input, planned.output, ignored)) {
      return Error{ErrorCode::kExists, planned.output + ": is input and output; -f replaces it"};
    }
    return Error{ErrorCode::kExists, planned.output + ": exists already; -f replaces it"};
  }

  static Status MakeFolder(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!error) return {};
    return Error{ErrorCode::kIo, folder + ": folder cannot be made: " + error.message()};
  }

  ExitCode WriteReports(ExitCode status) const {
    if (!options_.latency_csv.empty() && status == kExitOk) {
      const Status written = WriteCsv(HopTimesCsv(report_.files.front().stats.hop_us));
      if (!written.ok()) status = Fail(written.error());
    }
    if (options_.json) {
      const ExitCode printed = PrintResult(ReportJson(report_));
      if (status == kExitOk) status = printed;
    }
    return status;
  }

  Status WriteCsv(const std::string& text) const {
    DFN_TRY(AtomicOutput output, AtomicOutput::Create(options_.latency_csv, options_.force));
    size_t written = 0;
    while (written < text.size()) {
      const ssize_t step = write(output.descriptor(), text.data() + written, text.size() - written);
      if (step <= 0) {
        return Error{ErrorCode::kIo, options_.latency_csv + ": cannot be written"};
      }
      written += static_cast<size_t>(step);
    }
    return output.Commit();
  }

  const EnhanceOptions& options_;
  std::shared_ptr<const Engine> engine_;
  JobSettings settings_;
  RunReport report_;
};

}  // namespace

ExitCode RunEnhance(const EnhanceOptions& options) {
  const Status checked = CheckEnhanceOptions(options);
  if (!checked.ok()) return Fail(checked.error());
  return EnhanceRun(options).Run();
}

}  // namespace dfn
