#include "cli/live/live_options.h"

#include <cmath>
#include <string>
#include <vector>

#include "base/precision_name.h"
#include "cli/arguments.h"
#include "cli/level_option.h"

namespace dfn {
namespace {

constexpr size_t kLeastRateHz = 8000;
constexpr size_t kMostLiveRateHz = 192000;
constexpr double kMostLatencyMs = 2000.0;

Error LiveUsage(const std::string& sentence) { return {ErrorCode::kInvalidArgument, sentence}; }

std::vector<std::string> ServerNames() {
  std::vector<std::string> names = {"auto"};
  for (const AudioServer server :
       {AudioServer::kPipewire, AudioServer::kPulse, AudioServer::kJack, AudioServer::kAlsa,
        AudioServer::kWasapi, AudioServer::kCoreAudio}) {
    names.emplace_back(AudioServerName(server));
  }
  return names;
}

std::vector<std::string> LivePrecisions() {
  std::vector<std::string> names;
  for (const Precision precision : Precisions()) names.emplace_back(PrecisionName(precision));
  return names;
}

}  // namespace

void DefineLive(Arguments& command, LiveOptions& options) {
  command.Option("-m,--model", &options.model);
  command.Option("--precision", &options.precision, {.choices = LivePrecisions()});
  command.Option("--simd", &options.simd);
  command.Option("--server", &options.server, {.choices = ServerNames()});
  command.Option("-i,--input", &options.input);
  command.Option("-o,--output", &options.output);
  command.Flag("--virtual-mic", options.virtual_microphone);
  command.Exclude("--virtual-mic", "--output");
  command.Option("--channels", &options.channels, {.range = {{1, 2}}});
  command.Option("--rate", &options.rate_hz, {.range = {{kLeastRateHz, kMostLiveRateHz}}});
  command.Option("--block", &options.block_samples, {.range = {{16, kMostBlockSamples}}});
  command.Option("--latency", &options.latency_ms, {.range = {{0.0, kMostLatencyMs}}});
  command.Choice<Profile>("--profile", options.profile,
                          {{"reference", Profile::kReference}, {"libdf", Profile::kLibdf}});
  command.Option("-a,--atten-lim-db", &options.atten_lim_db);
  command.Flag("--pf", "--no-pf", options.post_filter);
  command.Option("--pf-beta", &options.post_filter_beta);
  command.Option("--level", &options.level);
  command.Flag("--bypass", options.bypass);
  command.Option("--work", &options.work, {.choices = {"auto", "direct", "spread"}});
  command.Option("--record", &options.record);
  command.Flag("-f,--force", options.force);
  command.Option("--seconds", &options.seconds, {.range = {{0.0, 1e9}}});
  command.Option("--interval", &options.interval, {.range = {{0.05, 3600.0}}});
  command.Flag("--json", options.json);
  command.Flag("--plain", options.plain);
  command.Option("--colours", &options.colours, {.choices = {"auto", "dark", "light", "none"}});
  command.Flag("--ascii", options.ascii);
}

Status CheckLiveOptions(const LiveOptions& options) {
  if (options.atten_lim_db && !std::isfinite(*options.atten_lim_db)) {
    return LiveUsage("--atten-lim-db is not a finite number");
  }
  if (options.post_filter_beta &&
      !(*options.post_filter_beta >= 0.0f && *options.post_filter_beta <= 1.0f)) {
    return LiveUsage("--pf-beta is a number from 0 to 1");
  }
  if (options.post_filter == false && options.post_filter_beta) {
    return LiveUsage("--no-pf and --pf-beta contradict each other");
  }
  if (const auto level = ParseLevel(options.level, true); !level.ok()) return level.error();
  if (options.virtual_microphone && !options.server.empty() && options.server != "auto" &&
      options.server != AudioServerName(AudioServer::kPipewire)) {
    return LiveUsage("--virtual-mic makes a device of PipeWire; leave --server " + options.server);
  }
  return {};
}

DeviceRequest DeviceRequestOf(const LiveOptions& options, AudioServer server) {
  return {.server = server,
          .input = options.input,
          .output = options.output,
          .virtual_microphone = options.virtual_microphone,
          .channels = options.channels,
          .rate_hz = options.rate_hz.value_or(0),
          .block_samples = options.block_samples.value_or(0),
          .latency_ms = options.latency_ms};
}

std::vector<AudioServer> ServersOf(const LiveOptions& options) {
  if (options.virtual_microphone) return {AudioServer::kPipewire};
  if (const auto server = FindAudioServer(options.server)) return {*server};
  return AudioServers();
}

LiveEngineOptions EngineOptionsOf(const LiveOptions& options, const Config& model) {
  const bool reference = options.profile == Profile::kReference;
  LiveEngineOptions engine;
  engine.channels = options.channels;
  engine.profile = options.profile;
  engine.bypass = options.bypass;
  if (options.work == "direct") engine.work_mode = WorkMode::kDirect;
  if (options.work == "spread") engine.work_mode = WorkMode::kSpread;
  DenoiserControls& controls = engine.controls;
  controls.atten_lim_db = std::fabs(options.atten_lim_db.value_or(controls.atten_lim_db));
  controls.post_filter = options.post_filter.value_or(options.post_filter_beta.has_value() ||
                                                      (reference && model.post_filter));
  controls.post_filter_beta = options.post_filter_beta.value_or(
      reference ? model.post_filter_beta : controls.post_filter_beta);
  if (const auto level = ParseLevel(options.level, reference); level.ok()) {
    controls.auto_level = level->automatic;
    controls.level_gain_db = level->gain_db;
  }
  engine.fills_band = controls.auto_level;
  return engine;
}

Precision PrecisionOf(const LiveOptions& options, Precision stored) {
  return FindPrecision(options.precision).value_or(stored);
}

}  // namespace dfn
