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
#include "cli/enhance/json_text.h"

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

std::optional<double> FiniteOnly(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

// The members of an object, as are those of the functions below whose name begins so.
void AddStats(const JobStats& stats, JsonText& json) {
  json.Add("frames", stats.hops);
  json.Add("seconds", stats.seconds);
  json.Add("rtf", stats.seconds > 0.0 ? std::optional(stats.processing_seconds / stats.seconds)
                                      : std::nullopt);
  json.Key("frame_us");
  if (stats.hop_us.empty()) {
    json.Put(nullptr);
  } else {
    const HopTimes times = SummarizeHops(stats.hop_us);
    json.BeginObject();
    json.Add("mean", times.mean);
    json.Add("p50", times.p50);
    json.Add("p99", times.p99);
    json.Add("max", times.max);
    json.EndObject();
  }
  json.Add("processing_seconds", stats.processing_seconds);
  json.Add("clipped_samples", stats.clipped_samples);
  json.Add("broken_samples", stats.broken_samples);
  json.Add("skipped_frames", stats.skipped_hops);
  json.Add("silence_skip_snr_db", FiniteOnly(stats.silence_skip_snr_db));
}

// The gain furthest from 0.
float MostGainDb(const std::vector<float>& gains_db) {
  float most = 0.0f;
  for (const float gain_db : gains_db) {
    if (std::fabs(gain_db) > std::fabs(most)) most = gain_db;
  }
  return most;
}

void AddSpeech(const std::vector<std::optional<float>>& levels_db, JsonText& json) {
  json.Key("speech_dbfs");
  json.BeginArray();
  for (const auto& level_db : levels_db) {
    json.Put(level_db ? JsonText::Value(*level_db) : JsonText::Value(nullptr));
  }
  json.EndArray();
}

void AddLevel(const FileReport& file, JsonText& json) {
  const bool keeps = MostGainDb(file.stats.level_gains_db) == 0.0f;
  json.Key("level");
  json.BeginObject();
  json.Add("mode", file.auto_level ? "auto" : keeps ? "keep" : "fixed");
  json.Key("gain_db");
  json.BeginArray();
  for (const float gain_db : file.stats.level_gains_db) json.Put(gain_db);
  json.EndArray();
  if (file.speech_db.empty()) {
    json.Add("speech_dbfs", nullptr);
  } else {
    AddSpeech(file.speech_db, json);
  }
  json.EndObject();
}

void AddSoundLevel(std::string_view key, const std::optional<SoundLevel>& level, JsonText& json) {
  json.Key(key);
  if (!level) {
    json.Put(nullptr);
    return;
  }
  json.BeginObject();
  json.Add("rms_dbfs", FiniteOnly(level->rms_dbfs));
  json.Add("peak_dbfs", FiniteOnly(level->peak_dbfs));
  AddSpeech(level->speech_dbfs, json);
  json.Add("loudness_lufs", FiniteOnly(level->lufs));
  json.EndObject();
}

void AddTracks(const std::vector<TrackReport>& tracks, JsonText& json) {
  json.Key("tracks");
  json.BeginArray();
  for (const TrackReport& track : tracks) {
    json.BeginObject();
    json.Add("track", uint64_t{track.number});
    json.AddTextOrNull("language", track.language);
    json.Add("codec", track.codec);
    json.Add("bit_rate", track.bit_rate > 0 ? std::optional(track.bit_rate) : std::nullopt);
    json.Add("sample_rate_hz", uint64_t{track.rate_hz});
    json.Add("channels", uint64_t{track.channels});
    json.Add("seconds", track.seconds);
    json.EndObject();
  }
  json.EndArray();
}

void AddNames(const FileReport& file, JsonText& json) {
  json.Add("input", file.input);
  json.Add("output", file.output);
}

// What there is to say of a sound that was enhanced.
void AddFigures(const FileReport& file, JsonText& json) {
  const JobStats& stats = file.stats;
  json.Add("sample_rate_hz", uint64_t{file.rate_hz});
  json.Add("channels", uint64_t{file.channels});
  json.Add("samples", stats.samples);
  json.AddTextOrNull("note", file.faults.note);
  json.Add("damaged", file.faults.damaged);
  AddLevel(file, json);
  json.Add("filled_above_hz", stats.filled_above_hz > 0
                                  ? std::optional(uint64_t{stats.filled_above_hz})
                                  : std::nullopt);
  AddSoundLevel("input_level", stats.input_level, json);
  AddSoundLevel("output_level", stats.output_level, json);
  json.Add("local_snr_db", FiniteOnly(stats.local_snr_db));
  AddStats(stats, json);
  if (!file.tracks.empty()) AddTracks(file.tracks, json);
  if (file.notes.empty()) return;
  json.Key("media_notes");
  json.BeginArray();
  for (const std::string& note : file.notes) json.Put(note);
  json.EndArray();
}

Json StatsJson(const JobStats& stats) {
  JsonText json;
  json.BeginObject();
  AddStats(stats, json);
  json.EndObject();
  return Json::parse(json.text());
}

Json FileJson(const FileReport& file) {
  JsonText json;
  json.BeginObject();
  AddNames(file, json);
  if (file.error.empty()) {
    AddFigures(file, json);
  } else {
    json.Add("error", file.error);
  }
  json.EndObject();
  return Json::parse(json.text());
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
void AddOrigin(const RunReport& report, JsonText& row) {
  row.Key("model");
  row.BeginObject();
  row.Add("source", report.model);
  row.Add("variant", report.variant);
  row.Add("sha256", report.identity.model_sha256);
  row.EndObject();
  row.Key("options");
  row.PutJson(report.identity.settings);
  row.Add("engine", EngineText(report.engine));
  row.Add("version", DEEPFILTER_VERSION);
}

}  // namespace

std::string ManifestPath(const std::string& path) { return IsUtf8(path) ? path : Printable(path); }

std::string ManifestRow(const RunReport& report, const FileReport& file) {
  const bool done = file.error.empty();
  JsonText row;
  row.BeginObject();
  row.Add("path", ManifestPath(file.path));
  row.Add("status", done ? "done" : "failed");
  row.AddTextOrNull("error", file.error);
  AddNames(file, row);
  if (done) AddFigures(file, row);
  row.Key("source");
  row.BeginObject();
  row.Add("bytes", file.source.bytes);
  row.Add("mtime_ns", file.source.mtime_ns);
  row.EndObject();
  row.Add("target_bytes", done ? std::optional(file.output_state.bytes) : std::nullopt);
  row.Add("wall_seconds", file.wall_seconds);
  AddOrigin(report, row);
  row.EndObject();
  return row.text();
}

std::string ManifestRow(const RunReport& report, const LeftOutFile& file) {
  JsonText row;
  row.BeginObject();
  row.Add("path", ManifestPath(file.path));
  row.Add("status", "skipped");
  row.Add("error", file.reason);
  row.Add("input", file.input);
  AddOrigin(report, row);
  row.EndObject();
  return row.text();
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
