#include "api/open.h"

#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "convert/checkpoint.h"
#include "convert/load.h"
#include "engine/native_network.h"
#include "store/cache.h"
#include "store/embedded.h"
#include "store/known_models.h"

namespace dfn {
namespace {

Result<Model> LoadEmbedded() {
  std::vector<NamedBytes> files;
  for (const EmbeddedFile& file : EmbeddedModelFiles()) {
    files.push_back({std::string(file.name), {file.bytes.begin(), file.bytes.end()}});
  }
  return LoadModelFiles(files, std::string(EmbeddedModelName()) + " (built in)");
}

Result<Model> OpenKnownModel(const KnownModel& model) {
  if (model.name == EmbeddedModelName()) return LoadEmbedded();
  const std::string name(model.name);
  const std::string advice = "get it with: deepfilter models pull " + name;
  DFN_TRY(const std::filesystem::path folder, CacheFolder());
  const std::filesystem::path path = CachedModelPath(folder, model);
  DFN_TRY(const CacheState state, CheckCachedModel(folder, model));
  switch (state) {
    case CacheState::kVerified:
      return LoadModel(path);
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

}  // namespace

Result<Model> OpenModel(const std::string& source) {
  if (source.empty() && !EmbeddedModelName().empty()) return LoadEmbedded();
  std::error_code ignored;
  if (!source.empty() && std::filesystem::exists(source, ignored)) {
    return LooksLikeCheckpoint(source) ? LoadCheckpoint(source) : LoadModel(source);
  }
  const std::string_view name = source.empty() ? kDefaultModelName : std::string_view(source);
  if (const KnownModel* known = FindKnownModel(name)) return OpenKnownModel(*known);
  return Error{ErrorCode::kNotFound,
               source + ": no such file or folder, and no known model (" + KnownNames() + ")"};
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
