#include "api/open/locate.h"

#include <string_view>
#include <system_error>

#include "base/path_text.h"
#include "store/cache.h"
#include "store/embedded.h"
#include "store/known_models.h"

namespace dfn {
namespace {

// Finds a known model on this machine.
Result<std::filesystem::path> FindArchive(const KnownModel& model) {
  const std::string name(model.name);
  const std::string advice = "get it with: deepfilter models pull " + name;
  const Result<ModelPlace> place = FindModel(model);
  if (!place.ok()) {
    Error error = place.error();
    if (error.code != ErrorCode::kNotFound) return error;
    error.message = "model " + name + " is not on this machine (" + error.message + "); " + advice;
    return error;
  }
  switch (place->state) {
    case CacheState::kVerified:
      return place->path;
    case CacheState::kDamaged:
      return Error{ErrorCode::kCorrupt, PathText(place->path) +
                                            ": is damaged, its sha256 is not that of " + name +
                                            "; " + advice};
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
  return !source.empty() && std::filesystem::exists(PathOf(source), ignored);
}

}  // namespace

Result<std::optional<std::filesystem::path>> LocateModel(const std::string& source) {
  using Place = std::optional<std::filesystem::path>;
  if (Exists(source)) return Place(PathOf(source));
  const std::string_view standard =
      EmbeddedModelName().empty() ? kDefaultModelName : EmbeddedModelName();
  const std::string_view name = source.empty() ? standard : std::string_view(source);
  if (name == EmbeddedModelName()) return Place();
  if (const KnownModel* known = FindKnownModel(name)) {
    DFN_TRY(const std::filesystem::path path, FindArchive(*known));
    return Place(path);
  }
  if (source.find("://") != std::string::npos) {
    return Error{ErrorCode::kNotFound,
                 source +
                     ": a model is not read from an address; download it and name the file, or "
                     "take a known model (" +
                     KnownNames() + ") with: deepfilter models pull NAME"};
  }
  return Error{ErrorCode::kNotFound,
               source + ": no such file or folder, and no known model (" + KnownNames() + ")"};
}

}  // namespace dfn
