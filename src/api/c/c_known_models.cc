// Known models through the C API.
#include <filesystem>
#include <string>

#include "api/c/c_error.h"
#include "api/c/c_text.h"
#include "api/tools/list_models.h"
#include "base/path_text.h"
#include "deepfilter/tools.h"
#include "store/archive_writer.h"

namespace dfn {
namespace {

// The common part of the two ways to add a model. `add` takes the known model and returns a
// Result<std::filesystem::path>.
template <class Add>
dfn_result AddModel(const char* name, char** cache_path, dfn_error** error,
                    const Add& add) noexcept {
  if (cache_path != nullptr) *cache_path = nullptr;
  return Guarded(error, [&]() -> Status {
    if (name == nullptr) return NullArgument("name");
    DFN_TRY(const KnownModel* model, KnownModelOf(name));
    DFN_TRY(const std::filesystem::path path, add(*model));
    GiveText(PathText(path), cache_path);
    return {};
  });
}

}  // namespace
}  // namespace dfn

dfn_result dfn_models(char** json, dfn_error** error) {
  if (json != nullptr) *json = nullptr;
  return dfn::Guarded(error, [&]() -> dfn::Status {
    DFN_TRY(const auto models, dfn::ListModels());
    dfn::GiveText(dfn::ListText(models), json);
    return {};
  });
}

dfn_result dfn_models_add(const char* name, const char* path, char** cache_path,
                          dfn_error** error) {
  using Path = std::filesystem::path;
  return dfn::AddModel(name, cache_path, error,
                       [&](const dfn::KnownModel& model) -> dfn::Result<Path> {
                         if (path == nullptr) return dfn::NullArgument("path");
                         return dfn::AddToCache(model, dfn::PathOf(path));
                       });
}

dfn_result dfn_models_add_memory(const char* name, const void* bytes, size_t size,
                                 char** cache_path, dfn_error** error) {
  using Path = std::filesystem::path;
  return dfn::AddModel(
      name, cache_path, error, [&](const dfn::KnownModel& model) -> dfn::Result<Path> {
        if (bytes == nullptr) return dfn::NullArgument("bytes");
        return dfn::AddToCache(model, {static_cast<const uint8_t*>(bytes), size}, "the archive");
      });
}
