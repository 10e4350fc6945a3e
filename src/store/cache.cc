#include "store/cache.h"

#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/path_text.h"
#include "os/environment.h"
#include "store/sha256.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

// The path that an environment variable names.
std::optional<fs::path> Variable(const char* name) {
  const std::optional<std::string> value = EnvironmentVariable(name);
  if (!value) return std::nullopt;
  return PathOf(*value);
}

Error NotReadable(const fs::path& path, const std::string& reason) {
  return {ErrorCode::kIo, PathText(path) + ": cannot be read: " + reason};
}

}  // namespace

Result<fs::path> CacheFolder() {
  if (const auto folder = Variable("DEEPFILTER_CACHE")) return *folder;
  if (const auto folder = Variable("XDG_CACHE_HOME")) return *folder / "deepfilter";
#if defined(_WIN32)
  if (const auto local = Variable("LOCALAPPDATA")) return *local / "deepfilter" / "cache";
  return Error{ErrorCode::kNotFound, "no cache folder: set DEEPFILTER_CACHE or LOCALAPPDATA"};
#else
  if (const auto home = Variable("HOME")) return *home / ".cache" / "deepfilter";
  return Error{ErrorCode::kNotFound,
               "no cache folder: set DEEPFILTER_CACHE, XDG_CACHE_HOME or HOME"};
#endif
}

fs::path CachedModelPath(const fs::path& folder, const KnownModel& model) {
  return folder / PathOf(model.archive);
}

Result<CacheState> CheckCachedModel(const fs::path& folder, const KnownModel& model) {
  const fs::path path = CachedModelPath(folder, model);
  std::error_code failure;
  const fs::file_status status = fs::status(path, failure);
  if (status.type() == fs::file_type::not_found) return CacheState::kAbsent;
  if (failure) return NotReadable(path, failure.message());
  if (status.type() != fs::file_type::regular) return NotReadable(path, "it is not a regular file");
  if (fs::file_size(path, failure) != model.bytes) return CacheState::kDamaged;

  std::ifstream file(path, std::ios::binary);
  Sha256 sum;
  std::vector<uint8_t> block(size_t{1} << 16);
  while (file) {
    file.read(reinterpret_cast<char*>(block.data()), static_cast<std::streamsize>(block.size()));
    sum.Update({block.data(), static_cast<size_t>(file.gcount())});
  }
  if (!file.eof()) return NotReadable(path, "no permission, or the disk failed");
  return sum.Finish() == model.sha256 ? CacheState::kVerified : CacheState::kDamaged;
}

Result<ModelPlace> FindModel(const KnownModel& model) {
  ModelPlace brought;
  if (const auto folder = Variable("DEEPFILTER_MODELS")) {
    DFN_TRY(const CacheState state, CheckCachedModel(*folder, model));
    if (state != CacheState::kAbsent) brought = {state, CachedModelPath(*folder, model)};
    if (state == CacheState::kVerified) return brought;
  }
  const Result<fs::path> cache = CacheFolder();
  if (!cache.ok()) {
    if (brought.path.empty()) return cache.error();
    return brought;
  }
  DFN_TRY(const CacheState state, CheckCachedModel(*cache, model));
  if (state == CacheState::kVerified || (state == CacheState::kDamaged && brought.path.empty())) {
    return ModelPlace{state, CachedModelPath(*cache, model)};
  }
  return brought;
}

}  // namespace dfn
