// The user's folder of model archives.
#ifndef DEEPFILTER_STORE_CACHE_H_
#define DEEPFILTER_STORE_CACHE_H_

#include <filesystem>

#include "base/result.h"
#include "store/known_models.h"

namespace dfn {

// $DEEPFILTER_CACHE, else $XDG_CACHE_HOME/deepfilter, else $HOME/.cache/deepfilter; a variable that
// is empty counts as not set. The folder need not exist. Errors: kNotFound when none is set.
Result<std::filesystem::path> CacheFolder();

// Where a model's archive lies in a cache folder, present or not.
std::filesystem::path CachedModelPath(const std::filesystem::path& folder, const KnownModel& model);

enum class CacheState {
  kAbsent,
  kVerified,  // present, and its sha256 is the known one
  kDamaged,   // present, with another size or sha256
};

// Looks a model's archive up and reads it through. Errors: kIo (present but not readable).
Result<CacheState> CheckCachedModel(const std::filesystem::path& folder, const KnownModel& model);

}  // namespace dfn

#endif  // DEEPFILTER_STORE_CACHE_H_
