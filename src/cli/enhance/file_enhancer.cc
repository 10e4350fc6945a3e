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
#include "cli/enhance/report_pages.h"
#include "cli/enhance/sound_ends.h"
#include "os/process/interrupt.h"

namespace dfn {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// libsndfile keeps the reason why a file could not be opened in one place for all threads, so only
// one thread at a time opens a file. Pipes are not locked, as opening one may wait for another
// program.
std::unique_lock<std::mutex> LockOpening(const std::string& path) {
  static std::mutex opening;
  std::error_code ignored;
  const auto kind = std::filesystem::status(PathOf(path), ignored).type();
  const bool file =
      kind == std::filesystem::file_type::regular || kind == std::filesystem::file_type::not_found;
  return file ? std::unique_lock(opening) : std::unique_lock<std::mutex>();
}

Result<SoundSource> OpenSource(const std::string& path, const std::optional<RawFormat>& raw) {
  const auto lock = LockOpening(path);
  return SoundSource::Open(path, raw);
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

// A job that times a live stream works as one.
bool MayBeReadTwice(const std::string& path, const JobSettings& settings) {
  std::error_code ignored;
  return path != kStandardStream && !settings.one_hop_calls &&
         std::filesystem::is_regular_file(PathOf(path), ignored);
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
  DFN_TRY(SoundSource source, OpenSource(planned.input, RawInput(options_)));
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
  JobSettings settings = settings_;
  const bool twice = MayBeReadTwice(planned.input, settings);
  // The level of a sound that comes only once is followed.
  bool& follows = settings.denoiser.controls.auto_level;
  file.auto_level = follows;
  if (follows && twice) {
    DFN_TRY(SoundSource first, OpenSource(planned.input, RawInput(options_)));
    DFN_TRY(const SoundLevels levels, MeasureLevels(first.reader(), settings));
    file.speech_db = levels.speech_db;
    follows = false;
    settings.denoiser.level_gains_db = levels.gains_db;
  }
  const auto rate_hz = static_cast<double>(info.rate_hz);
  std::optional<double> total_s;
  if (info.frames) total_s = static_cast<double>(*info.frames) / rate_hz;
  std::unique_ptr<SoundRecorder> recorder;
  if (!file.page.empty()) {
    DFN_TRY(recorder, SoundRecorder::Create(RecorderOf(info, settings)));
  }
  DFN_TRY(file.stats,
          RunJob(engine_, source.reader(), sink.writer(), settings, recorder.get(),
                 [&](uint64_t samples) {
                   progress({static_cast<double>(samples) / rate_hz, total_s, SecondsSince(start)});
                 }));
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
