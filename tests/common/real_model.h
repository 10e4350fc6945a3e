// Finds the official models, for tests that need them.
#ifndef DEEPFILTER_TESTS_COMMON_REAL_MODEL_H_
#define DEEPFILTER_TESTS_COMMON_REAL_MODEL_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>

#include "store/cache.h"
#include "store/known_models.h"

namespace dfn::test {

// Returns the path of a known model's verified archive in the cache, or nothing.
inline std::optional<std::filesystem::path> RealModelPath(const std::string& name) {
  const KnownModel* model = FindKnownModel(name);
  const Result<std::filesystem::path> folder = CacheFolder();
  if (model == nullptr || !folder.ok()) return std::nullopt;
  const Result<CacheState> state = CheckCachedModel(*folder, *model);
  if (!state.ok() || *state != CacheState::kVerified) return std::nullopt;
  return CachedModelPath(*folder, *model);
}

// Returns whether a test may be skipped for lack of a model: on a person's machine, and if the
// set-up found that no registry offers the model's package ($DEEPFILTER_ABSENT_MODELS, written by
// `make test`).
inline bool MayBeAbsent(const std::string& name) {
  if (const char* ci = std::getenv("CI"); ci == nullptr || *ci == '\0') return true;
  const char* absent = std::getenv("DEEPFILTER_ABSENT_MODELS");
  std::istringstream names(absent != nullptr ? absent : "");
  for (std::string one; names >> one;) {
    if (one == name) return true;
  }
  return false;
}

}  // namespace dfn::test

// Ends the test as skipped, or as failed under CI, unless the model is in the cache; declares
// `path`, its archive.
#define DFN_REAL_MODEL_OR_SKIP(path, name)                                                       \
  const std::optional<std::filesystem::path> path = ::dfn::test::RealModelPath(name);            \
  if (!path.has_value()) {                                                                       \
    const std::string dfn_missing = std::string("NOT TESTED: the official model ") + (name) +    \
                                    " is not here; get it with tools/fetch_models.sh " + (name); \
    if (::dfn::test::MayBeAbsent(name)) GTEST_SKIP() << dfn_missing;                             \
    FAIL() << dfn_missing;                                                                       \
  }                                                                                              \
  static_assert(true)

#endif  // DEEPFILTER_TESTS_COMMON_REAL_MODEL_H_
