#include "cli/enhance/enhance_options.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "cli/arguments.h"
#include "cli/enhance/shard.h"
#include "cli/enhance/sound_ends.h"
#include "cli/level_option.h"
#include "cli/side_file.h"

namespace dfn {
namespace {

// The limit of a Denoiser.
constexpr size_t kMostThreads = 256;

Error Usage(const std::string& sentence) { return {ErrorCode::kInvalidArgument, sentence}; }

Status CheckStreams(const EnhanceOptions& options) {
  const auto inputs = std::count(options.inputs.begin(), options.inputs.end(), kStandardStream);
  const bool to_stdout = options.output == kStandardStream;
  if (inputs > 1) return Usage("standard input can be read once only");
  if (to_stdout && options.json) {
    return Usage("sound and --json cannot both go to standard output");
  }
  if (options.raw_format) {
    if (inputs == 0 && !to_stdout) return Usage("--raw-format needs - as input or output");
    if (inputs > 0 && !options.rate_hz) return Usage("raw standard input needs --rate");
    if (to_stdout && options.sample_format != SampleFormat::kAuto) {
      return Usage("--raw-format is the sample format of standard output; leave --sample-format");
    }
  }
  if ((options.rate_hz || options.channels) && !(options.raw_format && inputs > 0)) {
    return Usage("--rate and --channels describe raw standard input; they need --raw-format and -");
  }
  return {};
}

Status CheckFinite(const char* name, const std::optional<float>& value) {
  if (!value || std::isfinite(*value)) return {};
  return Usage(std::string(name) + " is not a finite number");
}

Status CheckStrength(const EnhanceOptions& options) {
  DFN_CHECK(CheckFinite("--atten-lim-db", options.atten_lim_db));
  DFN_CHECK(CheckFinite("--pf-beta", options.post_filter_beta));
  DFN_CHECK(CheckFinite("--min-db-thresh", options.min_db_thresh));
  DFN_CHECK(CheckFinite("--max-db-erb-thresh", options.max_db_erb_thresh));
  DFN_CHECK(CheckFinite("--max-db-df-thresh", options.max_db_df_thresh));
  if (options.post_filter_beta.value_or(0.0f) < 0.0f) return Usage("--pf-beta must be 0 or more");
  if (options.post_filter == false && options.post_filter_beta) {
    return Usage("--no-pf and --pf-beta contradict each other");
  }
  if (options.profile == Profile::kLibdf) return {};
  if (options.min_db_thresh || options.max_db_erb_thresh || options.max_db_df_thresh) {
    return Usage(
        "--min-db-thresh, --max-db-erb-thresh and --max-db-df-thresh need --profile libdf: the "
        "reference profile never gates");
  }
  if (options.reduce_mask.value_or(0) != 0) {
    return Usage(
        "--reduce-mask 1 and 2 need --profile libdf: the reference profile keeps channels "
        "independent");
  }
  return {};
}

Status CheckReportName(const EnhanceOptions& options) {
  if (!HasExtension(options.report, "html") && !HasExtension(options.report, "htm")) {
    return Usage("--report writes a page; its name ends with .html (--json is for programs)");
  }
  if (KeepsManifest(options)) {
    return Usage("--report is for the sounds of one run, and a manifest has the figures of many");
  }
  return {};
}

Result<LevelChoice> LevelOf(const EnhanceOptions& options) {
  return ParseLevel(options.level, options.profile == Profile::kReference);
}

// Every option but input, output and model.
void DefineRest(Arguments& command, EnhanceOptions& options) {
  DefineEngine(command, options.engine);
  command.Choice<Profile>("--profile", options.profile,
                          {{"reference", Profile::kReference}, {"libdf", Profile::kLibdf}});
  command.Option("-a,--atten-lim-db", &options.atten_lim_db);
  command.Flag("--pf", "--no-pf", options.post_filter);
  command.Option("--pf-beta", &options.post_filter_beta);
  command.Option("--min-db-thresh", &options.min_db_thresh);
  command.Option("--max-db-erb-thresh", &options.max_db_erb_thresh);
  command.Option("--max-db-df-thresh", &options.max_db_df_thresh);
  command.Option("--reduce-mask", &options.reduce_mask, {.range = {{0, 2}}});
  command.Option("--level", &options.level);
  command.Choice<bool>("--band", options.fills_band, {{"auto", true}, {"keep", false}});
  command.Flag("-D,--compensate-delay", options.compensate_delay);
  command.Flag("--no-delay-compensation", options.no_delay_compensation);
  command.Exclude("--no-delay-compensation", "--compensate-delay");
  command.Flag("--downmix", options.downmix);
  command.Choice<SampleFormat>("--sample-format", options.sample_format,
                               {{"auto", SampleFormat::kAuto},
                                {"s16", SampleFormat::kS16},
                                {"s24", SampleFormat::kS24},
                                {"f32", SampleFormat::kF32}});
  command.Option("--audio-codec", &options.audio_codec);
  command.Option("--bit-rate", &options.bit_rate_kbps, {.range = {{1, 10000}}});
  command.Option("--track", &options.track, {.range = {{1, 1000}}});
  command.Choice<Encoding>(
      "--raw-format", options.raw_format,
      {{"s16", Encoding::kS16}, {"s24", Encoding::kS24}, {"f32", Encoding::kF32}});
  command.Option("--rate", &options.rate_hz, {.range = {{kMinRateHz, kMaxRateHz}}});
  command.Option("--channels", &options.channels, {.range = {{1, 1024}}});
  command.Option("--threads", &options.threads, {.range = {{1, kMostThreads}}});
  command.Flag("--silence-skip", options.silence_skip);
  command.Flag("-f,--force", options.force);
  command.Option("--report", &options.report);
  command.Flag("--json", options.json);
  command.Flag("--progress-json", options.progress_json);
  command.Flag("--latency", options.latency);
  command.Option("--latency-csv", &options.latency_csv);
  command.Flag("-v,--verbose", options.verbose);
  command.Flag("-q,--quiet", options.quiet);
  command.Exclude("--quiet", "--verbose");
  command.Option("--shard", &options.shard);
  command.Flag("--resume", options.resume);
  command.Option("--manifest", &options.manifest);
}

}  // namespace

void DefineEnhance(Arguments& command, EnhanceOptions& options) {
  command.Option("INPUT", &options.inputs, {.required = true});
  command.Option("-o,--output", &options.output, {.required = true});
  command.Option("-m,--model", &options.model);
  DefineRest(command, options);
}

void DefineProcess(Arguments& command, EnhanceOptions& options) {
  options.inputs.resize(1);
  command.Option("INPUT", &options.inputs.front(), {.required = true});
  command.Option("OUTPUT", &options.output, {.required = true});
  command.Option("MODEL", &options.model, {.required = true});
  DefineRest(command, options);
}

Status CheckEnhanceOptions(const EnhanceOptions& options) {
  DFN_CHECK(CheckStreams(options));
  DFN_CHECK(CheckStrength(options));
  if (const auto shard = ParseShard(options.shard); !shard.ok()) return shard.error();
  if (options.manifest == kStandardStream) return Usage("--manifest names a file, not a stream");
  if (const auto level = LevelOf(options); !level.ok()) return level.error();
  if (const auto engine = EngineOptionsOf(options.engine); !engine.ok()) return engine.error();
  if (!options.report.empty()) DFN_CHECK(CheckReportName(options));
  if (options.audio_codec.starts_with('-')) return Usage("--audio-codec names a codec");
  if (!options.latency_csv.empty() && options.inputs.size() > 1) {
    return Usage("--latency-csv is for one input");
  }
  return {};
}

JobSettings SettingsOf(const EnhanceOptions& options, const Config& model) {
  const bool reference = options.profile == Profile::kReference;
  JobSettings settings;
  DenoiserOptions& denoiser = settings.denoiser;
  denoiser.profile = options.profile;
  DenoiserControls& controls = denoiser.controls;
  controls.atten_lim_db = options.atten_lim_db.value_or(controls.atten_lim_db);
  controls.post_filter = options.post_filter.value_or(options.post_filter_beta.has_value() ||
                                                      (reference && model.post_filter));
  controls.post_filter_beta = options.post_filter_beta.value_or(
      reference ? model.post_filter_beta : controls.post_filter_beta);
  controls.min_db_thresh = options.min_db_thresh.value_or(controls.min_db_thresh);
  controls.max_db_erb_thresh = options.max_db_erb_thresh.value_or(controls.max_db_erb_thresh);
  controls.max_db_df_thresh = options.max_db_df_thresh.value_or(controls.max_db_df_thresh);
  if (const auto level = LevelOf(options); level.ok()) {
    controls.auto_level = level->automatic;
    controls.level_gain_db = level->gain_db;
  }
  settings.fills_band = options.fills_band.value_or(controls.auto_level);
  denoiser.reduce_mask = static_cast<ReduceMask>(options.reduce_mask.value_or(reference ? 0 : 1));
  denoiser.threads = options.threads;
  denoiser.silence_skip = options.silence_skip;
  settings.check_silence = options.json || options.verbose;
  settings.measure_levels = options.json || KeepsManifest(options) || !options.report.empty();
  settings.compensate_delay = !options.no_delay_compensation;
  settings.downmix = options.downmix;
  settings.one_hop_calls = options.latency || !options.latency_csv.empty();
  return settings;
}

std::optional<RawFormat> RawInput(const EnhanceOptions& options) {
  if (!options.raw_format || !options.rate_hz) return std::nullopt;
  return RawFormat{*options.raw_format, *options.rate_hz, options.channels.value_or(1)};
}

const char* ProfileName(Profile profile) {
  return profile == Profile::kReference ? "reference" : "libdf";
}

}  // namespace dfn
