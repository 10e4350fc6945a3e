#include "cli/enhance/file_enhancer.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "base/path_text.h"
#include "cli/enhance/media_enhancer.h"
#include "cli/enhance/open_sound.h"
#include "cli/enhance/report_pages.h"
#include "cli/enhance/sound_ends.h"
#include "cli/enhance/sound_run.h"
#include "os/process/interrupt.h"

namespace dfn {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Result<SoundSink> CreateSink(const std::string& path, const SinkOptions& options) {
  const auto lock = LockOpening(path);
  return SoundSink::Create(path, options);
}

Status MakeFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(PathOf(folder), error);
  if (!error) return {};
  return Error{ErrorCode::kIo, folder + ": folder cannot be made: " + error.message()};
}

}  // namespace

Status FileEnhancer::Enhance(const PlannedFile& planned, FileReport& file,
                             const OnProgress& progress) const {
  file.input = planned.input;
  file.output = planned.output;
  file.path = planned.path;
  // Before it is opened, so that a change from then on counts.
  file.source = StateOfFile(planned.input);
  Status status;
  try {
    status = EnhanceInto(planned, file, progress);
  } catch (const std::bad_alloc&) {
    status = Error{ErrorCode::kIo, planned.input + ": out of memory"};
  }
  if (status.ok()) return status;
  Error error = std::move(status).error();
  if (error.code == ErrorCode::kCancelled) {
    error.message = planned.output == kStandardStream
                        ? "interrupted"
                        : "interrupted; " + planned.output + " was not written";
  }
  file.error = error.message;
  return error;
}

Status FileEnhancer::EnhanceInto(const PlannedFile& planned, FileReport& file,
                                 const OnProgress& progress) const {
  const Clock::time_point start = Clock::now();
  if (Interrupted()) return Error{ErrorCode::kCancelled, "interrupted"};
  DFN_CHECK(RefuseOverwriting(planned));
  if (const MediaTarget* target = TargetOf(planned.output)) {
    if (!planned.folder.empty()) DFN_CHECK(MakeFolder(planned.folder));
    DFN_TRY(auto recorder,
            EnhanceMedia({options_, engine_, settings_, rules_.replace, rules_.label}, planned,
                         *target, file, progress));
    file.output_state = StateOfFile(planned.output);
    if (recorder) WritePage(file, *recorder);
    file.wall_seconds = SecondsSince(start);
    return {};
  }
  DFN_TRY(SoundSource source,
          OpenSound(planned.input, RawInput(options_), options_.track, &file.notes));
  const SoundInfo& info = source.reader().info();
  file.rate_hz = info.rate_hz;
  file.channels = OutputChannels(info, settings_);
  if (!planned.folder.empty()) DFN_CHECK(MakeFolder(planned.folder));
  DFN_TRY(SoundSink sink, CreateSink(planned.output, {.sample_format = options_.sample_format,
                                                      .force = rules_.replace,
                                                      .label = rules_.label,
                                                      .raw = options_.raw_format,
                                                      .input_path = planned.input,
                                                      .input = info,
                                                      .channels = file.channels}));
  const auto rate_hz = static_cast<double>(info.rate_hz);
  std::optional<double> total_s;
  if (info.frames) total_s = static_cast<double>(*info.frames) / rate_hz;
  std::unique_ptr<SoundRecorder> recorder;
  if (!file.page.empty()) {
    DFN_TRY(recorder, SoundRecorder::Create(RecorderOf(info, settings_)));
  }
  ReopenSound again;
  if (MayBeReadTwice(planned.input, settings_)) {
    again = [&] { return OpenSound(planned.input, RawInput(options_), options_.track, nullptr); };
  }
  DFN_TRY(SoundRun run,
          EnhanceSound(
              engine_, settings_, source.reader(), sink.writer(), again, recorder.get(),
              [&](uint64_t samples) {
                progress({static_cast<double>(samples) / rate_hz, total_s, SecondsSince(start)});
              }));
  file.auto_level = run.auto_level;
  file.speech_db = std::move(run.speech_db);
  file.stats = std::move(run.stats);
  file.faults = source.reader().faults();
  DFN_CHECK(sink.Commit(source));
  file.output_state = StateOfFile(planned.output);
  if (recorder) WritePage(file, *recorder);
  file.wall_seconds = SecondsSince(start);
  return {};
}

// The sound is there already: a page that cannot be written is an error of its own.
void FileEnhancer::WritePage(FileReport& file, const SoundRecorder& recorder) const {
  const Status written = WriteReportPage(file.page, run_, file, recorder, rules_.replace);
  file.page_written = written.ok();
  if (!written.ok()) file.page_error = written.error().message;
}

Status FileEnhancer::RefuseOverwriting(const PlannedFile& planned) const {
  std::error_code ignored;
  if (rules_.replace_input || !std::filesystem::is_regular_file(PathOf(planned.output), ignored))
    return {};
  if (std::filesystem::equivalent(PathOf(planned.input), PathOf(planned.output), ignored)) {
    return Error{ErrorCode::kExists,
                 planned.output + ": is input and output; " +
                     (rules_.replace ? "a run with a manifest needs another output folder"
                                     : "-f replaces it")};
  }
  if (rules_.replace) return {};
  return Error{ErrorCode::kExists, planned.output + ": exists already; -f replaces it"};
}

}  // namespace dfn
