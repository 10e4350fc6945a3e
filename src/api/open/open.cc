#include "api/open/open.h"

#include <filesystem>
#include <optional>
#include <system_error>

#include "api/open/locate.h"
#include "api/open/network.h"
#include "base/path_text.h"
#include "convert/load/checkpoint.h"
#include "convert/load/load.h"
#include "convert/packed/packed_model.h"
#include "os/large_pages.h"
#include "store/embedded.h"

namespace dfn {
namespace {

// A name for the model in messages and reports; its weights are those that it is known for.
Result<Model> LoadEmbedded(const Limits& limits) {
  const std::string name = std::string(EmbeddedModelName()) + " (built in)";
  Result<Model> model =
      LoadPackedModel(EmbeddedModel(), name, limits, {.bytes_stay = true, .source = LargePages()});
  if (model.ok()) {
    model->origin.packed = false;
    model->origin.weights.clear();
  }
  return model;
}

}  // namespace

Result<Model> OpenModel(const std::string& source, const Limits& limits) {
  DFN_TRY(const std::optional<std::filesystem::path> place, LocateModel(source));
  if (!place) return LoadEmbedded(limits);
  return IsCheckpoint(source) ? LoadCheckpoint(*place, std::nullopt, limits)
                              : LoadModel(*place, limits);
}

Result<Model> OpenModelBytes(Bytes bytes, const std::string& source, const Limits& limits) {
  return LoadModelBytes(bytes, source, limits);
}

Result<Model> OpenModelFiles(std::span<const NamedView> files, const std::string& source,
                             const Limits& limits) {
  return LoadModelFiles(files, source, limits);
}

bool IsCheckpoint(const std::string& source) {
  std::error_code ignored;
  return !source.empty() && std::filesystem::exists(PathOf(source), ignored) &&
         !IsPackedFile(PathOf(source)) && LooksLikeCheckpoint(PathOf(source));
}

Result<std::shared_ptr<const Network>> OpenNetwork(const std::string& source) {
  DFN_TRY(const Model model, OpenModel(source));
  return MakeNetwork(model, model.precision);
}

}  // namespace dfn
