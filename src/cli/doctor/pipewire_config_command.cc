#include "cli/doctor/pipewire_config_command.h"
#include "api/tools/write_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "api/open/open.h"
#include "base/bytes.h"
#include "base/path_text.h"
#include "cli/arguments.h"
#include "cli/doctor/pipewire_config.h"
#include "cli/doctor/plugin_paths.h"
#include "cli/message.h"
#include "cli/models/written.h"
#include "store/known_models.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

// An absolute path, since PipeWire runs in another folder than this program.
Result<std::string> Absolute(const fs::path& path) {
  std::error_code failed;
  const fs::path absolute = fs::absolute(path, failed);
  if (failed) {
    return Error{ErrorCode::kIo, fmt::format("{}: {}", PathText(path), failed.message())};
  }
  return PathText(absolute.lexically_normal());
}

Result<std::string> PluginPath(const PipewireConfigOptions& options) {
  if (!options.plugin.empty()) {
    std::error_code failed;
    if (!fs::exists(PathOf(options.plugin), failed)) {
      return Error{ErrorCode::kNotFound, options.plugin + ": no such file"};
    }
    return Absolute(options.plugin);
  }
  const std::optional<fs::path> found = FindLadspaPlugin();
  if (!found) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("{} is in none of the folders that hosts look for LADSPA plugins in; "
                             "\"make install\" puts it there, --plugin PATH names it",
                             kLadspaFile)};
  }
  return Absolute(*found);
}

Result<PipewireConfig> MakeConfig(const PipewireConfigOptions& options) {
  PipewireConfig config;
  const bool both = options.both || options.microphone == options.speaker;
  config.microphone = both || options.microphone;
  config.speaker = both || options.speaker;
  config.drop_in = options.drop_in;
  config.attenuation_limit_db = options.attenuation_limit_db;
  DFN_TRY(const std::string plugin, PluginPath(options));
  const PipewireName name = NameForPipewire(plugin);
  config.plugin = name.name;
  config.plugin_searched = name.searched;
  config.ladspa_path = name.ladspa_path;
  // A model that does not open here would not open in the plugin either.
  DFN_TRY(const Model model, OpenModel(options.model));
  config.model = options.model;
  if (!options.model.empty() && FindKnownModel(options.model) == nullptr) {
    DFN_TRY(config.model, Absolute(options.model));
  }
  // The delay beside the network's own: samples of a hop that are waited for, a hop more if spread.
  const double hop_ms = 1e3 * static_cast<double>(model.config.hop_size) /
                        static_cast<double>(model.config.sample_rate_hz);
  const double network_ms = 1e3 * static_cast<double>(model.config.delay_samples()) /
                            static_cast<double>(model.config.sample_rate_hz);
  config.delay_ms = network_ms + hop_ms;
  config.spread_delay_ms = network_ms + 2 * hop_ms;
  return config;
}

Status Write(const std::string& text, const std::string& output, bool replace) {
  const fs::path target = PathOf(output);
  const NamedBytes file = {PathText(target.filename()), {text.begin(), text.end()}};
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  return WriteFiles(folder, {&file, 1}, replace, [] { return StopWhenInterrupted(0, 0); });
}

}  // namespace

void DefinePipewireConfig(Arguments& command, PipewireConfigOptions& options) {
  command.Flag("--mic", options.microphone);
  command.Flag("--speaker", options.speaker);
  command.Flag("--both", options.both);
  command.Exclude("--both", "--mic");
  command.Exclude("--both", "--speaker");
  command.Option("-m,--model", &options.model);
  command.Option("-a,--atten-lim-db", &options.attenuation_limit_db, {.range = {{0.0, 100.0}}});
  command.Option("--plugin", &options.plugin);
  command.Option("-o,--output", &options.output);
  command.Flag("--drop-in", options.drop_in);
  command.Flag("-f,--force", options.force);
}

ExitCode RunPipewireConfig(const PipewireConfigOptions& options) {
  const auto config = MakeConfig(options);
  if (!config.ok()) return Fail(config.error());
  const std::string text = PipewireConfigText(*config);
  if (options.output.empty() || options.output == "-") return PrintResult(text);
  const Status written = Write(text, options.output, options.force);
  return written.ok() ? PrintResult(options.output) : Fail(written.error());
}

}  // namespace dfn
