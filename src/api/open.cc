#include "api/open.h"

#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "convert/checkpoint.h"
#include "convert/export.h"
#include "convert/load.h"
#include "engine/native_network.h"
#include "store/cache.h"
#include "store/embedded.h"
#include "store/known_models.h"

namespace dfn {
namespace {

Result<Model> LoadEmbedded() {
  std::vector<NamedView> files;
  for (const EmbeddedFile& file : EmbeddedModelFiles()) files.push_back({file.name, file.bytes});
  return LoadModelFiles(files, std::string(EmbeddedModelName()) + " (built in)");
}

SourceFiles EmbeddedFiles() {
  SourceFiles source{.name = std::string(EmbeddedModelName()) + " (built in)", .files = {}};
  for (const EmbeddedFile& file : EmbeddedModelFiles()) {
    source.files.push_back({std::string(file.name), {file.bytes.begin(), file.bytes.end()}});
  }
  return source;
}

// Where a known model lies on this machine.
Result<std::filesystem::path> FindInCache(const KnownModel& model) {
  const std::string name(model.name);
  const std::string advice = "get it with: deepfilter models pull " + name;
  DFN_TRY(const std::filesystem::path folder, CacheFolder());
  const std::filesystem::path path = CachedModelPath(folder, model);
  DFN_TRY(const CacheState state, CheckCachedModel(folder, model));
  switch (state) {
    case CacheState::kVerified:
      return path;
    case CacheState::kDamaged:
      return Error{ErrorCode::kCorrupt, path.string() + ": is damaged, its sha256 is not that of " +
                                            name + "; " + advice};
    case CacheState::kAbsent:
      break;
  }
  return Error{ErrorCode::kNotFound, "model " + name + " is not on this machine; " + advice};
}

std::string KnownNames() {
  std::string names;
  for (const KnownModel& model : KnownModels()) {
    if (!names.empty()) names += ", ";
    names += model.name;
  }
  return names;
}

bool Exists(const std::string& source) {
  std::error_code ignored;
  return !source.empty() && std::filesystem::exists(source, ignored);
}

// What is built in when that is meant, else the path that is meant.
Result<std::optional<std::filesystem::path>> Locate(const std::string& source) {
  using Place = std::optional<std::filesystem::path>;
  if (Exists(source)) return Place(source);
  const std::string_view standard =
      EmbeddedModelName().empty() ? kDefaultModelName : EmbeddedModelName();
  const std::string_view name = source.empty() ? standard : std::string_view(source);
  if (name == EmbeddedModelName()) return Place();
  if (const KnownModel* known = FindKnownModel(name)) {
    DFN_TRY(const std::filesystem::path path, FindInCache(*known));
    return Place(path);
  }
  return Error{ErrorCode::kNotFound,
               source + ": no such file or folder, and no known model (" + KnownNames() + ")"};
}

}  // namespace

Result<Model> OpenModel(const std::string& source) {
  DFN_TRY(const std::optional<std::filesystem::path> place, Locate(source));
  if (!place) return LoadEmbedded();
  return IsCheckpoint(source) ? LoadCheckpoint(*place) : LoadModel(*place);
}

bool IsCheckpoint(const std::string& source) {
  return Exists(source) && LooksLikeCheckpoint(source);
}

Result<SourceFiles> OpenFiles(const std::string& source) {
  DFN_TRY(const std::optional<std::filesystem::path> place, Locate(source));
  if (!place) return EmbeddedFiles();
  SourceFiles found{.name = place->string(), .files = {}};
  if (IsCheckpoint(source)) {
    DFN_TRY(const Model model, LoadCheckpoint(*place));
    DFN_TRY(found.files, ExportModel(model, {}));
  } else {
    DFN_TRY(found.files, ReadModelFiles(*place));
  }
  return found;
}

Result<Model> OpenSource(const std::string& source, const std::string& config) {
  const auto own_config =
      config.empty() ? std::nullopt : std::optional<std::filesystem::path>(config);
  if (source.empty()) {
    if (const auto found = FindUserCheckpoint()) return LoadCheckpoint(*found, own_config);
  } else if (own_config && LooksLikeCheckpoint(source)) {
    return LoadCheckpoint(source, own_config);
  }
  if (own_config) {
    return Error{ErrorCode::kInvalidArgument,
                 "--config goes with a checkpoint, and " +
                     (source.empty() ? "none is in DeepFilterNet's cache" : source + " is none")};
  }
  return OpenModel(source);
}

Result<std::shared_ptr<const Network>> OpenNetwork(const std::string& source) {
  DFN_TRY(const Model model, OpenModel(source));
  return std::shared_ptr<const Network>(NewNativeNetwork(model));
}

}  // namespace dfn
