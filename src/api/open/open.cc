#include "api/open/open.h"

#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "api/open/locate.h"
#include "api/open/network.h"
#include "convert/load/checkpoint.h"
#include "convert/load/load.h"
#include "store/embedded.h"

namespace dfn {
namespace {

Result<Model> LoadEmbedded(const Limits& limits) {
  std::vector<NamedView> files;
  for (const EmbeddedFile& file : EmbeddedModelFiles()) files.push_back({file.name, file.bytes});
  return LoadModelFiles(files, std::string(EmbeddedModelName()) + " (built in)", limits);
}

}  // namespace

Result<Model> OpenModel(const std::string& source, const Limits& limits) {
  DFN_TRY(const std::optional<std::filesystem::path> place, LocateModel(source));
  if (!place) return LoadEmbedded(limits);
  return IsCheckpoint(source) ? LoadCheckpoint(*place, std::nullopt, limits)
                              : LoadModel(*place, limits);
}

bool IsCheckpoint(const std::string& source) {
  std::error_code ignored;
  return !source.empty() && std::filesystem::exists(source, ignored) && LooksLikeCheckpoint(source);
}

Result<std::shared_ptr<const Network>> OpenNetwork(const std::string& source) {
  DFN_TRY(const Model model, OpenModel(source));
  return MakeNetwork(model);
}

}  // namespace dfn
