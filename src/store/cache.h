// The user's folder of model archives.
#ifndef DEEPFILTER_STORE_CACHE_H_
#define DEEPFILTER_STORE_CACHE_H_

#include <filesystem>

#include "base/result.h"
#include "store/known_models.h"

namespace dfn {

// $DEEPFILTER_CACHE, else $XDG_CACHE_HOME/deepfilter, else $HOME/.cache/deepfilter, on Windows
// %LOCALAPPDATA%\deepfilter\cache; an empty variable counts as unset. The folder need not exist. Errors: kNotFound when none is set.
Result<std::filesystem::path> CacheFolder();

// The path of a model's archive in a cache folder, whether the archive is present or not.
std::filesystem::path CachedModelPath(const std::filesystem::path& folder, const KnownModel& model);

enum class CacheState {
  kAbsent,
  kVerified,  // present, and its sha256 is the known one
  kDamaged,   // present, with another size or sha256
};

// Looks up a model's archive and reads all of it. Errors: kIo (present but not readable).
Result<CacheState> CheckCachedModel(const std::filesystem::path& folder, const KnownModel& model);

struct ModelPlace {
  CacheState state = CacheState::kAbsent;
  std::filesystem::path path;  // empty when absent
};

// Looks for a model's archive in $DEEPFILTER_MODELS, the folder of archives that a package brings
// with the program (nothing is ever written there; unset or empty: no such folder), and then in the
// cache folder. A verified archive goes before a damaged one. Errors: kNotFound (no cache folder, and
// nothing in the other one), kIo (present but not readable).
Result<ModelPlace> FindModel(const KnownModel& model);

}  // namespace dfn

#endif  // DEEPFILTER_STORE_CACHE_H_
