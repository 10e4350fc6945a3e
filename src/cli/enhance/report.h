// The report of a run of `deepfilter enhance`, for programs (JSON, CSV) and for people.
#ifndef DEEPFILTER_CLI_ENHANCE_REPORT_H_
#define DEEPFILTER_CLI_ENHANCE_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/select/engine.h"
#include "audio/sound_faults.h"
#include "cli/enhance/enhance_job.h"
#include "cli/enhance/enhance_plan.h"
#include "cli/enhance/file_state.h"
#include "cli/enhance/shard.h"

namespace dfn {

// An audio track of a media file that was enhanced.
struct TrackReport {
  size_t number = 0;  // from 1
  std::string language;
  std::string codec;
  size_t rate_hz = 0;
  size_t channels = 0;
  uint64_t bit_rate = 0;  // 0: lossless
  double seconds = 0.0;
};

struct FileReport {
  std::string path;  // PlannedFile::path
  std::string input;
  std::string output;
  std::string error;  // a sentence; if empty, the sound was enhanced and the others are valid
  size_t rate_hz = 0;
  size_t channels = 0;        // of the output
  double wall_seconds = 0.0;  // with reading and writing
  SoundFaults faults;         // of the input
  bool auto_level = false;    // the level was found by the program
  // The speech of each channel in dBFS, where the sound was read for it first.
  std::vector<std::optional<float>> speech_db;
  JobStats stats;                   // of media the sum over the tracks, and the first one's levels
  std::vector<TrackReport> tracks;  // of media
  std::vector<std::string> notes;   // of media: sentences without the file's name
  FileState source;                 // before it was read
  FileState output_state;           // once it was written
  std::string page = {};            // the HTML report's, or empty
  bool page_written = false;
  std::string page_error = {};  // a sentence, if the sound was enhanced and its page not written
};

// What made the outputs, for a manifest: rows are right as long as it is the same.
struct RunIdentity {
  std::string model_sha256;  // ModelSha256
  std::string settings;      // SettingsJson
};

struct RunReport {
  std::string model;    // the source that it was loaded from
  std::string variant;  // "dfn3"
  std::string profile;
  EngineInfo engine = {};
  size_t threads = 1;
  bool delay_compensated = true;
  size_t model_rate_hz = 0;
  std::vector<FileReport> files;
  std::vector<LeftOutFile> left_out;
  std::optional<Shard> shard = std::nullopt;
  std::string manifest = {};  // its file, or empty
  size_t done_before = 0;     // files that --resume left as they were
  RunIdentity identity = {};  // with a manifest
};

// Distribution of hop times in microseconds. A percentile p is the smallest time that p % of the
// hops do not exceed.
struct HopTimes {
  double mean = 0.0;
  double p50 = 0.0;
  double p99 = 0.0;
  double max = 0.0;
};
HopTimes SummarizeHops(std::span<const float> hop_us);

// The whole report. Its top level has the sums over all files and the worst "silence_skip_snr_db".
// A file's "note" says what was wrong with its input, and is null if nothing was; "damaged" tells
// that some of its sound is missing or silent. Its "level" has "mode" (auto, keep or fixed),
// "gain_db" of each channel (the last, if it changed) and "speech_dbfs" of each channel, or null
// where it was not measured. "input_level" and "output_level" (SoundLevel) and "local_snr_db" are
// null where they are unknown. "tracks" lists the audio tracks of media and "media_notes" what has to
// be said of them; neither is there for other sounds. "frame_us" is null unless hops were timed; "rtf" is null when there
// is no sound; "silence_skip_snr_db" is null unless it was measured and there is a difference.
std::string ReportJson(const RunReport& report);

// The name of a file in a manifest: its path; bytes that are not UTF-8 become \xNN.
std::string ManifestPath(const std::string& path);

// A row of a manifest, one line without its end: an entry of "files" in ReportJson after "path",
// "status" (done or failed) and "error" (or null), and before "source", "target_bytes", "model",
// "options", "engine" and "version".
std::string ManifestRow(const RunReport& report, const FileReport& file);
// The row of a file that is left out, with status "skipped".
std::string ManifestRow(const RunReport& report, const LeftOutFile& file);

// The line "frame,microseconds", then one line for each hop.
std::string HopTimesCsv(std::span<const float> hop_us);

// What has to be said of a sound that was enhanced, without its name: samples that were clipped or
// were no numbers; empty if there is nothing.
std::string SampleNote(const FileReport& file);

// "clean.flac  48 kHz stereo, delay removed, dfn3, 9.4 s", and what --silence-skip did.
std::string SummaryLine(const RunReport& report, const FileReport& file);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_REPORT_H_
