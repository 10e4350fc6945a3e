#include "convert/load/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "convert/config/config_ini.h"
#include "convert/config/model_files.h"
#include "convert/load/checkpoint_weights.h"
#include "formats/archive/archive.h"
#include "formats/ini/ini.h"
#include "formats/torch/state_dict.h"
#include "formats/torch/zip.h"
#include "os/read_file.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfigName = "config.ini";
constexpr const char* kCheckpointFolder = "checkpoints";
constexpr std::string_view kBest = ".ckpt.best";
constexpr std::string_view kLatest = ".ckpt";

// How df.checkpoint chooses among checkpoints, from the name model_<epoch>.ckpt[.best].
struct Rank {
  bool best = false;
  int64_t epoch = -1;  // -1: the name has no number
  auto operator<=>(const Rank&) const = default;
};

// Empty if the last part of this path is no name of a checkpoint of the package.
std::optional<Rank> RankOf(std::string_view path) {
  const std::string_view name = LastPart(path);
  const bool best = name.ends_with(kBest);
  if (!name.starts_with("model") || (!best && !name.ends_with(kLatest))) return std::nullopt;
  Rank rank{.best = best};
  const std::string_view stem = name.substr(0, name.find('.'));
  const size_t underscore = stem.rfind('_');
  if (underscore != std::string_view::npos) {
    std::from_chars(stem.data() + underscore + 1, stem.data() + stem.size(), rank.epoch);
  }
  return rank;
}

// The index of the checkpoint to take among these paths; among equals, the last by name.
std::optional<size_t> ChooseCheckpoint(const std::vector<std::string>& paths) {
  std::optional<size_t> chosen;
  for (size_t i = 0; i < paths.size(); ++i) {
    const std::optional<Rank> rank = RankOf(paths[i]);
    if (!rank) continue;
    if (!chosen ||
        std::pair(*rank, paths[i]) > std::pair(*RankOf(paths[*chosen]), paths[*chosen])) {
      chosen = i;
    }
  }
  return chosen;
}

// The checkpoint to take among a folder's own files.
std::optional<fs::path> CheckpointBetween(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->is_regular_file(error)) names.push_back(at->path().filename().string());
  }
  const std::optional<size_t> chosen = ChooseCheckpoint(names);
  if (!chosen) return std::nullopt;
  return folder / names[*chosen];
}

std::optional<fs::path> CheckpointIn(const fs::path& folder) {
  if (auto found = CheckpointBetween(folder / kCheckpointFolder)) return found;
  return CheckpointBetween(folder);
}

bool IsFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

Result<Config> ParseConfig(Bytes text, const std::string& name, const Limits& limits) {
  DFN_TRY(const IniFile ini, IniFile::Parse(text, name, limits));
  return ReadConfig(ini, name, limits);
}

Result<Config> ReadConfigFile(const fs::path& path, const Limits& limits) {
  DFN_TRY(const std::vector<uint8_t> text, ReadFile(path, limits));
  return ParseConfig(text, path.string(), limits);
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
          checkpoint + ": there is no config.ini beside it or one folder up, and none was named"};
}

Error NoCheckpoint(const std::string& source) {
  return {ErrorCode::kNotFound, source + ": holds no checkpoint, expected checkpoints/model_*" +
                                    std::string(kBest) + " or model_*" + std::string(kLatest)};
}

// Reads the checkpoint first: its error matters more than a missing config.ini.
Result<Model> LoadFile(const fs::path& path, const std::optional<fs::path>& config_path,
                       Bytes checkpoint, const Limits& limits) {
  DFN_TRY(StateDict state, ReadTorchCheckpoint(checkpoint, path.string(), limits));
  const std::optional<fs::path> found = config_path ? config_path : ConfigOf(path);
  if (!found) return NoConfig(path.string());
  DFN_TRY(const Config config, ReadConfigFile(*found, limits));
  return ModelFromStateDict(std::move(state), config, path.string());
}

// "a/b" of "a/b/c".
std::string_view Folder(std::string_view path) {
  const size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

Result<Model> LoadArchive(const fs::path& path, const std::optional<fs::path>& config_path,
                          Bytes archive, const Limits& limits) {
  const std::string source = path.string();
  DFN_TRY(const std::vector<NamedBytes> files, ReadArchive(archive, source, limits));
  std::vector<std::string> names;
  for (const NamedBytes& file : files) names.push_back(file.name);
  const std::optional<size_t> chosen = ChooseCheckpoint(names);
  if (!chosen) return NoCheckpoint(source);
  const std::string checkpoint_name = source + "/" + Printable(names[*chosen]);
  DFN_TRY(StateDict state, ReadTorchCheckpoint(files[*chosen].bytes, checkpoint_name, limits));
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

bool HoldsCheckpointFolder(Bytes archive, const Limits& limits) {
  const Result<torch::ZipFile> zip = torch::ZipFile::Open(archive, "", limits);
  return zip.ok() && std::any_of(zip->entries().begin(), zip->entries().end(),
                                 [](const auto& entry) { return RankOf(entry.first).has_value(); });
}

std::optional<fs::path> Environment(const char* variable) {
  const char* value = std::getenv(variable);
  if (!value || !*value) return std::nullopt;
  return fs::path(value);
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
  if (fs::is_directory(path, error)) return CheckpointIn(path).has_value();
  if (!IsFile(path)) return false;
  const std::string name = path.filename().string();
  for (const std::string_view ending :
       {kBest, kLatest, std::string_view(".pt"), std::string_view(".pth")}) {
    if (name.ends_with(ending)) return true;
  }
  char start[2] = {};
  std::ifstream(path, std::ios::binary).read(start, sizeof(start));
  if (start[0] != 'P' || start[1] != 'K') return false;
  const Result<std::vector<uint8_t>> bytes = ReadFile(path, {});
  return bytes.ok() && (HoldsTorchCheckpoint(*bytes, {}) || HoldsCheckpointFolder(*bytes, {}));
}

Result<Model> LoadCheckpoint(const fs::path& path, const std::optional<fs::path>& config,
                             const Limits& limits) {
  std::error_code error;
  fs::path checkpoint = path;
  if (fs::is_directory(path, error)) {
    std::optional<fs::path> found = CheckpointIn(path);
    if (!found) return NoCheckpoint(path.string());
    checkpoint = *std::move(found);
  }
  DFN_TRY(const std::vector<uint8_t> bytes, ReadFile(checkpoint, limits));
  if (!HoldsTorchCheckpoint(bytes, limits) && HoldsCheckpointFolder(bytes, limits)) {
    return LoadArchive(checkpoint, config, bytes, limits);
  }
  return LoadFile(checkpoint, config, bytes, limits);
}

std::optional<fs::path> FindUserCheckpoint() {
  const std::optional<fs::path> cache = UserCache();
  if (!cache) return std::nullopt;
  for (const char* family : {"DeepFilterNet3", "DeepFilterNet2"}) {
    const fs::path folder = *cache / family;
    if (IsFile(folder / kConfigName) && CheckpointIn(folder)) return folder;
  }
  return std::nullopt;
}

}  // namespace dfn
