#include "cli/enhance/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "base/percentile.h"
#include "base/printable.h"
#include "base/utf8.h"
#include "cli/engine_text.h"

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

Json RealTimeFactor(double processing_seconds, double seconds) {
  return seconds > 0.0 ? Json(processing_seconds / seconds) : Json(nullptr);
}

Json HopTimesJson(std::span<const float> hop_us) {
  if (hop_us.empty()) return nullptr;
  const HopTimes times = SummarizeHops(hop_us);
  return {{"mean", times.mean}, {"p50", times.p50}, {"p99", times.p99}, {"max", times.max}};
}

Json FiniteOrNull(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Json StatsJson(const JobStats& stats) {
  return {{"frames", stats.hops},
          {"seconds", stats.seconds},
          {"rtf", RealTimeFactor(stats.processing_seconds, stats.seconds)},
          {"frame_us", HopTimesJson(stats.hop_us)},
          {"processing_seconds", stats.processing_seconds},
          {"clipped_samples", stats.clipped_samples},
          {"broken_samples", stats.broken_samples},
          {"skipped_frames", stats.skipped_hops},
          {"silence_skip_snr_db", FiniteOrNull(stats.silence_skip_snr_db)}};
}

// The gain furthest from 0.
float MostGainDb(const std::vector<float>& gains_db) {
  float most = 0.0f;
  for (const float gain_db : gains_db) {
    if (std::fabs(gain_db) > std::fabs(most)) most = gain_db;
  }
  return most;
}

Json SpeechJson(const std::vector<std::optional<float>>& levels_db) {
  Json json = Json::array();
  for (const auto& level_db : levels_db) json.push_back(level_db ? Json(*level_db) : Json(nullptr));
  return json;
}

Json LevelJson(const FileReport& file) {
  const bool keeps = MostGainDb(file.stats.level_gains_db) == 0.0f;
  Json speech = file.speech_db.empty() ? Json(nullptr) : SpeechJson(file.speech_db);
  return {{"mode", file.auto_level ? "auto"
                   : keeps         ? "keep"
                                   : "fixed"},
          {"gain_db", file.stats.level_gains_db},
          {"speech_dbfs", std::move(speech)}};
}

Json SoundLevelJson(const std::optional<SoundLevel>& level) {
  if (!level) return nullptr;
  return {{"rms_dbfs", FiniteOrNull(level->rms_dbfs)},
          {"peak_dbfs", FiniteOrNull(level->peak_dbfs)},
          {"speech_dbfs", SpeechJson(level->speech_dbfs)},
          {"loudness_lufs", FiniteOrNull(level->lufs)}};
}

Json TracksJson(const std::vector<TrackReport>& tracks) {
  Json json = Json::array();
  for (const TrackReport& track : tracks) {
    json.push_back({{"track", track.number},
                    {"language", track.language.empty() ? Json(nullptr) : Json(track.language)},
                    {"codec", track.codec},
                    {"bit_rate", track.bit_rate > 0 ? Json(track.bit_rate) : Json(nullptr)},
                    {"sample_rate_hz", track.rate_hz},
                    {"channels", track.channels},
                    {"seconds", track.seconds}});
  }
  return json;
}

Json FileJson(const FileReport& file) {
  Json json = {{"input", file.input}, {"output", file.output}};
  if (!file.error.empty()) {
    json["error"] = file.error;
    return json;
  }
  json["sample_rate_hz"] = file.rate_hz;
  json["channels"] = file.channels;
  json["samples"] = file.stats.samples;
  json["note"] = file.faults.note.empty() ? Json(nullptr) : Json(file.faults.note);
  json["damaged"] = file.faults.damaged;
  json["level"] = LevelJson(file);
  json["filled_above_hz"] =
      file.stats.filled_above_hz > 0 ? Json(file.stats.filled_above_hz) : Json(nullptr);
  json["input_level"] = SoundLevelJson(file.stats.input_level);
  json["output_level"] = SoundLevelJson(file.stats.output_level);
  json["local_snr_db"] = FiniteOrNull(file.stats.local_snr_db);
  json.update(StatsJson(file.stats));
  if (!file.tracks.empty()) json["tracks"] = TracksJson(file.tracks);
  if (!file.notes.empty()) json["media_notes"] = file.notes;
  return json;
}

// The lower of two SNRs that may be unknown.
std::optional<double> Least(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

JobStats Sum(const std::vector<FileReport>& files) {
  JobStats sum;
  for (const FileReport& file : files) {
    if (!file.error.empty()) continue;
    sum.hops += file.stats.hops;
    sum.seconds += file.stats.seconds;
    sum.processing_seconds += file.stats.processing_seconds;
    sum.clipped_samples += file.stats.clipped_samples;
    sum.broken_samples += file.stats.broken_samples;
    sum.skipped_hops += file.stats.skipped_hops;
    sum.silence_skip_snr_db = Least(sum.silence_skip_snr_db, file.stats.silence_skip_snr_db);
    sum.delay_samples = file.stats.delay_samples;
    sum.hop_us.insert(sum.hop_us.end(), file.stats.hop_us.begin(), file.stats.hop_us.end());
  }
  return sum;
}

std::string ChannelsText(size_t channels) {
  if (channels == 1) return "mono";
  if (channels == 2) return "stereo";
  return fmt::format("{} channels", channels);
}

// How the model's delay is known.
const char* SourceName(ort::DelaySource source) {
  switch (source) {
    case ort::DelaySource::kTold:
      return "model";
    case ort::DelaySource::kMeasured:
      return "measured";
    case ort::DelaySource::kUnknown:
      break;
  }
  return "unknown";
}

// What was done about the delay.
std::string DelayText(const RunReport& report, const JobStats& stats) {
  switch (report.engine.delay) {
    case ort::DelaySource::kUnknown:
      return "delay unknown and left in";
    case ort::DelaySource::kMeasured:
      return fmt::format("delay {} ({} samples, measured)",
                         report.delay_compensated ? "removed" : "left in", stats.delay_samples);
    case ort::DelaySource::kTold:
      break;
  }
  return report.delay_compensated ? "delay removed" : "delay left in";
}

std::string SilenceText(const JobStats& stats) {
  const std::string text = fmt::format("{} silent frames left out", stats.skipped_hops);
  if (!stats.silence_skip_snr_db) return text;
  if (std::isinf(*stats.silence_skip_snr_db)) return text + " (no difference)";
  return text + fmt::format(" (SNR against the exact run: {:.1f} dB)", *stats.silence_skip_snr_db);
}

}  // namespace

HopTimes SummarizeHops(std::span<const float> hop_us) {
  if (hop_us.empty()) return {};
  std::vector<float> sorted(hop_us.begin(), hop_us.end());
  std::sort(sorted.begin(), sorted.end());
  return {std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size()),
          Percentile<float>(sorted, 50.0), Percentile<float>(sorted, 99.0), sorted.back()};
}

std::string ReportJson(const RunReport& report) {
  const JobStats sum = Sum(report.files);
  Json json = StatsJson(sum);
  json["model"] = {{"source", report.model}, {"variant", report.variant}};
  json["profile"] = report.profile;
  json["engine"] = EngineJson(report.engine);
  json["threads"] = report.threads;
  const bool known = report.engine.delay != ort::DelaySource::kUnknown;
  const double delay_ms =
      1000.0 * static_cast<double>(sum.delay_samples) / static_cast<double>(report.model_rate_hz);
  json["delay_samples"] = known ? Json(sum.delay_samples) : Json(nullptr);
  json["delay_ms"] = known ? Json(delay_ms) : Json(nullptr);
  json["delay_source"] = SourceName(report.engine.delay);
  json["delay_compensated"] = known && report.delay_compensated;
  json["files"] = Json::array();
  for (const FileReport& file : report.files) json["files"].push_back(FileJson(file));
  json["left_out"] = Json::array();
  for (const LeftOutFile& file : report.left_out) {
    json["left_out"].push_back({{"input", file.input}, {"error", file.reason}});
  }
  json["shard"] = report.shard
                      ? Json{{"index", report.shard->index}, {"count", report.shard->count}}
                      : Json(nullptr);
  json["manifest"] = report.manifest.empty() ? Json(nullptr) : Json(report.manifest);
  json["done_before"] = report.done_before;
  // File names are bytes, not always UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

namespace {

// The end of each row: what made it.
void AppendOrigin(const RunReport& report, Json& row) {
  row["model"] = {{"source", report.model},
                  {"variant", report.variant},
                  {"sha256", report.identity.model_sha256}};
  row["options"] = Json::parse(report.identity.settings, nullptr, false);
  row["engine"] = EngineText(report.engine);
  row["version"] = DEEPFILTER_VERSION;
}

std::string RowText(const Json& row) {
  return row.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string ManifestPath(const std::string& path) { return IsUtf8(path) ? path : Printable(path); }

std::string ManifestRow(const RunReport& report, const FileReport& file) {
  const bool done = file.error.empty();
  Json row = {{"path", ManifestPath(file.path)},
              {"status", done ? "done" : "failed"},
              {"error", done ? Json(nullptr) : Json(file.error)}};
  row.update(FileJson(file));
  row["source"] = {{"bytes", file.source.bytes}, {"mtime_ns", file.source.mtime_ns}};
  row["target_bytes"] = done ? Json(file.output_state.bytes) : Json(nullptr);
  row["wall_seconds"] = file.wall_seconds;
  AppendOrigin(report, row);
  return RowText(row);
}

std::string ManifestRow(const RunReport& report, const LeftOutFile& file) {
  Json row = {{"path", ManifestPath(file.path)},
              {"status", "skipped"},
              {"error", file.reason},
              {"input", file.input}};
  AppendOrigin(report, row);
  return RowText(row);
}

std::string HopTimesCsv(std::span<const float> hop_us) {
  std::string text = "frame,microseconds\n";
  for (size_t i = 0; i < hop_us.size(); ++i) text += fmt::format("{},{:.3f}\n", i, hop_us[i]);
  return text;
}

std::string SampleNote(const FileReport& file) {
  const uint64_t broken = file.stats.broken_samples;
  const uint64_t clipped = file.stats.clipped_samples;
  std::vector<std::string> parts;
  if (file.stats.samples == 0 && file.faults.note.empty())
    parts.emplace_back("holds no samples, and its output none");
  if (broken == 1) parts.emplace_back("1 sample of the input was no number and counts as 0");
  if (broken > 1) {
    parts.push_back(fmt::format("{} samples of the input were no numbers and count as 0", broken));
  }
  if (clipped > 0) {
    parts.push_back(fmt::format(
        "{} beyond full scale and clipped; a WAV file with --sample-format f32 holds such samples",
        clipped == 1 ? "1 sample was" : fmt::format("{} samples were", clipped)));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string SummaryLine(const RunReport& report, const FileReport& file) {
  std::string line =
      fmt::format("{}  {:g} kHz {}, {}, {}, {:.1f} s", file.output,
                  static_cast<double>(file.rate_hz) / 1000.0, ChannelsText(file.channels),
                  DelayText(report, file.stats), report.variant, file.wall_seconds);
  if (const float gain_db = MostGainDb(file.stats.level_gains_db); gain_db != 0.0f) {
    line += fmt::format(", heard {:.0f} dB {}", std::fabs(gain_db),
                        gain_db > 0.0f ? "louder" : "quieter");
  }
  if (file.stats.skipped_hops > 0) line += ", " + SilenceText(file.stats);
  return line;
}

}  // namespace dfn
