#include "cli/enhance/report_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "base/path_text.h"
#include "cli/engine_text.h"
#include "cli/enhance/sound_ends.h"
#include "cli/side_file.h"
#include "picture/number_text.h"

namespace dfn {
namespace {

std::string ReportName(const std::string& path) {
  return path == kStandardStream ? path : PathText(PathOf(path).filename());
}

std::string DelayFact(const RunReport& report, size_t delay_samples) {
  if (report.engine.delay == ort::DelaySource::kUnknown) return "unknown, left in";
  const double ms =
      1000.0 * static_cast<double>(delay_samples) / static_cast<double>(report.model_rate_hz);
  return fmt::format("{} ms ({} samples at {} Hz), {}", NumberText(ms, 2), delay_samples,
                     report.model_rate_hz, report.delay_compensated ? "removed" : "left in");
}

// A setting as one word, without JSON's quotes.
std::string SettingText(const nlohmann::ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string SettingsText(const std::string& settings) {
  std::string text;
  const auto json = nlohmann::ordered_json::parse(settings, nullptr, false);
  for (const auto& [name, value] : json.items()) {
    if (value.is_null()) continue;
    text += (text.empty() ? "" : ", ") + name + " " + SettingText(value);
  }
  return text;
}

std::string FigureText(const std::optional<double>& value) {
  return value ? NumberText(*value, 1) : "\u2013";
}

// Which of a media file's tracks a page shows.
std::string TrackFact(const std::vector<TrackReport>& tracks) {
  const TrackReport& shown = tracks.front();
  return fmt::format("{}{}{}, the first of {} that were enhanced", shown.number,
                     shown.language.empty() ? "" : ", ", shown.language, tracks.size());
}

std::optional<double> Loudest(const std::optional<SoundLevel>& level) {
  return level ? level->lufs : std::nullopt;
}

std::optional<double> Quieter(const JobStats& stats) {
  if (!stats.input_level || !stats.output_level || !stats.input_level->rms_dbfs ||
      !stats.output_level->rms_dbfs) {
    return std::nullopt;
  }
  return *stats.input_level->rms_dbfs - *stats.output_level->rms_dbfs;
}

}  // namespace

ReportPlaces::ReportPlaces(const std::string& report, const std::vector<std::string>& inputs,
                           const OutputPlan& plan)
    : report_(report) {
  std::error_code ignored;
  if (inputs.size() == 1 && !std::filesystem::is_directory(PathOf(inputs.front()), ignored)) return;
  const std::filesystem::path path = PathOf(report);
  std::filesystem::path folder = path.parent_path() / path.stem();
  folder += "-pages";
  folder_ = PathText(folder);
  for (size_t i = 0; i < std::min(plan.files.size(), kMostReportPages); ++i) {
    names_.push_back(fmt::format("{}-{}.html", i + 1, ReportName(plan.files[i].output)));
  }
}

std::string ReportPlaces::PageOf(size_t index) const {
  if (!is_list()) return report_;
  if (index >= names_.size()) return "";
  return PathText(PathOf(folder_) / PathOf(names_[index]));
}

std::string ReportPlaces::LinkOf(size_t index) const {
  if (index >= names_.size()) return "";
  return ReportName(folder_) + "/" + names_[index];
}

Status CheckReportPlaces(const ReportPlaces& places, const OutputPlan& plan, bool replace) {
  if (!places.any()) return {};
  DFN_CHECK(RefuseSound(plan, places.report(), "report"));
  DFN_CHECK(CheckSideFile(places.report(), {}, "report", replace));
  DFN_CHECK(CheckReplacesOwn(places.report(), kReportMark, "report"));
  if (!places.is_list()) return {};
  for (size_t i = 0; i < std::min(plan.files.size(), kMostReportPages); ++i) {
    const std::string page = places.PageOf(i);
    DFN_CHECK(RefuseSound(plan, page, "report"));
    std::error_code ignored;
    if (!replace && std::filesystem::exists(PathOf(page), ignored)) {
      return Error{ErrorCode::kExists, page + ": exists already"};
    }
    DFN_CHECK(CheckReplacesOwn(page, kReportMark, "report"));
  }
  std::error_code error;
  std::filesystem::create_directories(PathOf(places.folder()), error);
  if (!error) return {};
  return Error{ErrorCode::kIo, places.folder() + ": folder cannot be made: " + error.message()};
}

std::vector<ReportFact> RunFacts(const RunReport& report) {
  return {{"Model", report.model + " (" + report.variant + ")"},
          {"SHA-256 of the model", report.identity.model_sha256},
          {"Settings", SettingsText(report.identity.settings)},
          {"Engine", EngineText(report.engine)},
          {"Program", "deepfilter " DEEPFILTER_VERSION}};
}

Status WriteReportPage(const std::string& page, const RunReport& run, const FileReport& file,
                       const SoundRecorder& recorder, bool replace) {
  ReportWords words = {.title = ReportName(file.output),
                       .before = file.input,
                       .after = file.output,
                       .facts = {{"Delay", DelayFact(run, file.stats.delay_samples)}}};
  if (words.title == kStandardStream) words.title = "A sound from a stream";
  if (file.tracks.size() > 1) words.facts.push_back({"Track", TrackFact(file.tracks)});
  if (!file.faults.note.empty()) words.facts.push_back({"Note", file.faults.note});
  const std::vector<ReportFact> facts = RunFacts(run);
  words.facts.insert(words.facts.end(), facts.begin(), facts.end());
  DFN_TRY(const std::string html, ReportPage(words, recorder));
  return WriteSideFile(page, html, replace);
}

Status WriteReportList(const ReportPlaces& places, const RunReport& run, bool replace) {
  ReportList list = {
      .title = "Sounds enhanced",
      .columns = {"Length, s", "Before, LUFS", "After, LUFS", "Quieter by, dB", "Local SNR, dB"},
      .sounds = {},
      .notes = {},
      .facts = RunFacts(run)};
  for (size_t i = 0; i < run.files.size(); ++i) {
    const FileReport& file = run.files[i];
    ListedSound sound = {.name = file.path.empty() ? file.input : file.path};
    sound.error = file.error;
    if (file.error.empty()) {
      if (file.page_written) sound.page = places.LinkOf(i);
      sound.figures = {NumberText(file.stats.seconds, 1),
                       FigureText(Loudest(file.stats.input_level)),
                       FigureText(Loudest(file.stats.output_level)),
                       FigureText(Quieter(file.stats)), FigureText(file.stats.local_snr_db)};
    }
    list.sounds.push_back(std::move(sound));
  }
  if (run.files.size() > kMostReportPages) {
    list.notes.push_back(fmt::format("The first {} sounds have pages.", kMostReportPages));
  }
  for (const LeftOutFile& file : run.left_out) list.notes.push_back(file.reason);
  return WriteSideFile(places.report(), ReportListPage(list), replace);
}

}  // namespace dfn
