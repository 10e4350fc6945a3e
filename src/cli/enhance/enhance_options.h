// The command line of `deepfilter enhance` as values.
#ifndef DEEPFILTER_CLI_ENHANCE_ENHANCE_OPTIONS_H_
#define DEEPFILTER_CLI_ENHANCE_ENHANCE_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "audio/sound_stream.h"
#include "base/result.h"
#include "cli/engine_options.h"
#include "cli/enhance/enhance_job.h"
#include "model/config.h"

namespace dfn {

class Arguments;

// The options as the user wrote them; an option that was not given is empty.
struct EnhanceOptions {
  std::vector<std::string> inputs;
  std::string output;
  std::string model;
  EngineFlags engine;
  Profile profile = Profile::kReference;
  std::optional<float> atten_lim_db;
  std::optional<bool> post_filter;
  std::optional<float> post_filter_beta;
  std::optional<float> min_db_thresh;
  std::optional<float> max_db_erb_thresh;
  std::optional<float> max_db_df_thresh;
  std::optional<int> reduce_mask;
  std::string level;               // "auto", "keep" or a gain in dB; empty: the profile's
  std::optional<bool> fills_band;  // --band auto or keep; empty: as the level
  bool compensate_delay = false;   // -D, which changes nothing
  bool no_delay_compensation = false;
  bool downmix = false;
  size_t threads = 1;
  bool silence_skip = false;
  SampleFormat sample_format = SampleFormat::kAuto;
  std::string audio_codec;              // of media; empty: the source's
  std::optional<size_t> bit_rate_kbps;  // of media's tracks; empty: the source's
  std::optional<size_t> track;          // of media, from 1; empty: all, or the default one
  std::optional<Encoding> raw_format;
  std::optional<size_t> rate_hz;
  std::optional<size_t> channels;
  bool force = false;
  std::string report;  // an HTML file; empty: none
  bool json = false;
  bool progress_json = false;
  bool latency = false;
  std::string latency_csv;
  bool verbose = false;
  bool quiet = false;
  std::string shard;  // "I/N"; empty: the whole
  bool resume = false;
  std::string manifest;  // a file; empty: the default, if there is a shard or --resume
};

// Whether the run keeps a manifest.
inline bool KeepsManifest(const EnhanceOptions& options) {
  return !options.shard.empty() || options.resume || !options.manifest.empty();
}

// Adds the options to a command, to be parsed into `options`: INPUT... -o OUTPUT -m MODEL of
// `enhance`, INPUT OUTPUT MODEL of `process`.
void DefineProcess(Arguments& command, EnhanceOptions& options);
void DefineEnhance(Arguments& command, EnhanceOptions& options);

// Finds options that contradict each other or the profile.
// Errors: kInvalidArgument.
Status CheckEnhanceOptions(const EnhanceOptions& options);

// Settings of every job, with the defaults of profile and model.
JobSettings SettingsOf(const EnhanceOptions& options, const Config& model);

// The format of raw standard input, if the options ask for raw input.
std::optional<RawFormat> RawInput(const EnhanceOptions& options);

const char* ProfileName(Profile profile);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_ENHANCE_OPTIONS_H_
