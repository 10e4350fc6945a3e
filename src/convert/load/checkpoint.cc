#include "convert/load/checkpoint.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/path_text.h"
#include "base/printable.h"
#include "base/stand_in.h"
#include "convert/config/config_ini.h"
#include "convert/config/model_files.h"
#include "convert/load/checkpoint_choice.h"
#include "convert/load/checkpoint_state.h"
#include "convert/load/checkpoint_weights.h"
#include "formats/archive/archive.h"
#include "formats/ini/ini.h"
#include "formats/safetensors/safetensors.h"
#include "formats/torch/state_dict.h"
#include "os/environment.h"
#include "os/file_names.h"
#include "os/read_file.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfigName = "config.ini";
constexpr const char* kCheckpointFolder = "checkpoints";

std::vector<std::string> FileNames(const fs::path& folder) {
  std::vector<std::string> names;
  (void)EachName(folder, [&](const fs::path& name) {
    std::error_code ignored;
    if (fs::is_regular_file(folder / name, ignored)) names.push_back(PathText(name));
  });
  return names;
}

// The folder that holds a model's checkpoints: `checkpoints` in this one, or this one.
std::optional<fs::path> CheckpointFolderOf(const fs::path& folder) {
  for (const fs::path& place : {folder / kCheckpointFolder, folder}) {
    if (HoldsCheckpointNames(FileNames(place))) return place;
  }
  return std::nullopt;
}

bool IsFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

Result<Config> ParseConfig(Bytes text, const std::string& name, const Limits& limits) {
  if (const auto stand_in = StandInText(text, text.size())) {
    return Error{ErrorCode::kCorrupt, name + ": " + *stand_in};
  }
  DFN_TRY(const IniFile ini, IniFile::Parse(text, name, limits));
  return ReadConfig(ini, name, limits);
}

Result<Config> ReadConfigFile(const fs::path& path, const Limits& limits) {
  DFN_TRY(const std::vector<uint8_t> text, ReadFile(path, limits));
  return ParseConfig(text, PathText(path), limits);
}

// Beside the checkpoint or one folder up.
std::optional<fs::path> ConfigOf(const fs::path& checkpoint) {
  const fs::path folder = checkpoint.parent_path();
  for (const fs::path& candidate : {folder, (folder / "..").lexically_normal()}) {
    if (IsFile(candidate / kConfigName)) return candidate / kConfigName;
  }
  return std::nullopt;
}

Error NoConfig(const std::string& checkpoint) {
  return {ErrorCode::kNotFound,
          checkpoint +
              ": there is no config.ini beside it or one folder up, and none was named; it says "
              "what network the weights belong to and is in the folder of the training run or in "
              "the archive that they come from"};
}

Error NoCheckpoint(const std::string& source) {
  return {ErrorCode::kNotFound,
          source +
              ": holds no checkpoint, expected checkpoints/model_*.ckpt.best or "
              "model_*.ckpt"};
}

// Reads the checkpoint first: its error matters more than a missing config.ini.
Result<Model> LoadFile(const fs::path& path, const std::optional<fs::path>& config_path,
                       Bytes checkpoint, const Limits& limits) {
  DFN_TRY(StateDict state, ReadCheckpointState(checkpoint, PathText(path), limits));
  const std::optional<fs::path> found = config_path ? config_path : ConfigOf(path);
  if (!found) return NoConfig(PathText(path));
  DFN_TRY(const Config config, ReadConfigFile(*found, limits));
  return ModelFromStateDict(std::move(state), config, PathText(path));
}

// "a/b" of "a/b/c".
std::string_view Folder(std::string_view path) {
  const size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

Result<Model> LoadArchive(const fs::path& path, const std::optional<fs::path>& config_path,
                          Bytes archive, const Limits& limits) {
  const std::string source = PathText(path);
  DFN_TRY(const std::vector<NamedBytes> files, ReadArchive(archive, source, limits));
  std::vector<std::string> names;
  for (const NamedBytes& file : files) names.push_back(file.name);
  DFN_TRY(const std::optional<size_t> chosen, ChooseCheckpoint(names, source));
  if (!chosen) return NoCheckpoint(source);
  const std::string checkpoint_name = source + "/" + Printable(names[*chosen]);
  DFN_TRY(StateDict state, ReadCheckpointState(files[*chosen].bytes, checkpoint_name, limits));
  if (config_path) {
    DFN_TRY(const Config config, ReadConfigFile(*config_path, limits));
    return ModelFromStateDict(std::move(state), config, checkpoint_name);
  }
  const std::string_view folder = Folder(names[*chosen]);
  for (const std::string_view candidate : {folder, Folder(folder)}) {
    const std::string config_name =
        (candidate.empty() ? "" : std::string(candidate) + "/") + kConfigName;
    const auto at = std::find(names.begin(), names.end(), config_name);
    if (at == names.end()) continue;
    const NamedBytes& file = files[static_cast<size_t>(at - names.begin())];
    DFN_TRY(const Config config,
            ParseConfig(file.bytes, source + "/" + Printable(config_name), limits));
    return ModelFromStateDict(std::move(state), config, checkpoint_name);
  }
  return NoConfig(checkpoint_name);
}

// Reads the names up to the first ONNX file, beside which there is no checkpoint.
bool HoldsCheckpointFolder(Bytes archive, const Limits& limits) {
  const auto is_onnx = [](std::string_view name) { return name.ends_with(".onnx"); };
  const auto names = ReadArchiveNames(archive, is_onnx, limits);
  return names.ok() && HoldsCheckpointNames(*names);
}

std::optional<fs::path> Environment(const char* variable) {
  const std::optional<std::string> value = EnvironmentVariable(variable);
  if (!value) return std::nullopt;
  return PathOf(*value);
}

std::optional<fs::path> UserCache() {
#if defined(_WIN32)
  const std::optional<fs::path> local = Environment("LOCALAPPDATA");
  if (!local) return std::nullopt;
  return *local / "DeepFilterNet" / "DeepFilterNet" / "Cache";
#else
  const std::optional<fs::path> home = Environment("HOME");
#if defined(__APPLE__)
  if (!home) return std::nullopt;
  return *home / "Library" / "Caches" / "DeepFilterNet";
#else
  if (const auto cache = Environment("XDG_CACHE_HOME")) return *cache / "DeepFilterNet";
  if (!home) return std::nullopt;
  return *home / ".cache" / "DeepFilterNet";
#endif
#endif
}

}  // namespace

bool LooksLikeCheckpoint(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return CheckpointFolderOf(path).has_value();
  if (!IsFile(path)) return false;
  if (HasCheckpointName(PathText(path.filename()))) return true;
  // Enough for the first header of a tar archive.
  uint8_t start[512] = {};
  std::ifstream stream(path, std::ios::binary);
  stream.read(reinterpret_cast<char*>(start), sizeof(start));
  const Bytes read(start, static_cast<size_t>(stream.gcount()));
  if (LooksLikeSafetensors(read)) return true;
  if (!LooksLikeArchive(read)) return false;
  const Result<std::vector<uint8_t>> bytes = ReadFile(path, {});
  return bytes.ok() && (HoldsTorchCheckpoint(*bytes, {}) || HoldsCheckpointFolder(*bytes, {}));
}

Result<Model> LoadCheckpoint(const fs::path& path, const std::optional<fs::path>& config,
                             const Limits& limits) {
  std::error_code error;
  fs::path checkpoint = path;
  if (fs::is_directory(path, error)) {
    const fs::path folder = CheckpointFolderOf(path).value_or(path);
    const std::vector<std::string> names = FileNames(folder);
    DFN_TRY(const std::optional<size_t> chosen, ChooseCheckpoint(names, PathText(folder)));
    if (!chosen) return NoCheckpoint(PathText(path));
    checkpoint = folder / PathOf(names[*chosen]);
  }
  DFN_TRY(const std::vector<uint8_t> bytes, ReadFile(checkpoint, limits));
  if (LooksLikeArchive(bytes) && !HoldsTorchCheckpoint(bytes, limits) &&
      HoldsCheckpointFolder(bytes, limits)) {
    return LoadArchive(checkpoint, config, bytes, limits);
  }
  return LoadFile(checkpoint, config, bytes, limits);
}

std::optional<fs::path> FindUserCheckpoint() {
  const std::optional<fs::path> cache = UserCache();
  if (!cache) return std::nullopt;
  for (const char* family : {"DeepFilterNet3", "DeepFilterNet2"}) {
    const fs::path folder = *cache / family;
    if (IsFile(folder / kConfigName) && CheckpointFolderOf(folder)) return folder;
  }
  return std::nullopt;
}

}  // namespace dfn
