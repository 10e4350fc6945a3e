#include <filesystem>
#include <optional>
#include <utility>

#include "api/open/locate.h"
#include "api/open/open.h"
#include "base/path_text.h"
#include "convert/export/export.h"
#include "convert/load/checkpoint.h"
#include "convert/load/load.h"
#include "store/embedded.h"

namespace dfn {
namespace {

// The form in which the built-in model was published.
Result<SourceFiles> EmbeddedFiles() {
  DFN_TRY(const Model model, OpenModel(std::string(EmbeddedModelName())));
  SourceFiles source{.name = model.origin.source, .files = {}};
  DFN_TRY(source.files, ExportModel(model, {.state = StateForm::kNone}));
  return source;
}

}  // namespace

Result<SourceFiles> OpenFiles(const std::string& source) {
  DFN_TRY(const std::optional<std::filesystem::path> place, LocateModel(source));
  if (!place) return EmbeddedFiles();
  SourceFiles found{.name = PathText(*place), .files = {}};
  if (IsCheckpoint(source) || IsPackedFile(*place)) {
    DFN_TRY(const Model model, OpenModel(source));
    DFN_TRY(found.files, ExportModel(model, {}));
  } else {
    DFN_TRY(found.files, ReadModelFiles(*place));
  }
  return found;
}

Result<Model> OpenSource(const std::string& source, const std::string& config) {
  const auto own_config =
      config.empty() ? std::nullopt : std::optional<std::filesystem::path>(PathOf(config));
  if (source.empty()) {
    if (const auto found = FindUserCheckpoint()) return LoadCheckpoint(*found, own_config);
  } else if (own_config && LooksLikeCheckpoint(PathOf(source))) {
    return LoadCheckpoint(PathOf(source), own_config);
  }
  if (own_config) {
    return Error{ErrorCode::kInvalidArgument,
                 "a config.ini goes with a checkpoint, and " +
                     (source.empty() ? "none is in DeepFilterNet's cache" : source + " is none")};
  }
  return OpenModel(source);
}

}  // namespace dfn
