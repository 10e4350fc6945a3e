// In the place of pull.cc in a program that downloads nothing (CMake option DEEPFILTER_PULL).
#include <string>
#include <utility>

#include "base/path_text.h"
#include "store/cache.h"
#include "store/pull/pull.h"

namespace dfn {

Result<std::filesystem::path> PullModel(const KnownModel& model, const PullOptions& options) {
  std::filesystem::path folder = options.folder;
  if (folder.empty()) {
    DFN_TRY(folder, CacheFolder());
  }
  DFN_TRY(const CacheState state, CheckCachedModel(folder, model));
  std::filesystem::path path = CachedModelPath(folder, model);
  if (state == CacheState::kVerified) return path;
  return Error{ErrorCode::kUnsupported,
               "this program was built without downloads; get " + ModelUrl(model) +
                   " another way, for example with: python -m deepfilter models pull " +
                   std::string(model.name) + ", and put it at " + PathText(path)};
}

}  // namespace dfn
