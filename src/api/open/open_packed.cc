// OpenModel and its kin where packed model files in memory are all that a model comes in: the browser's
// module, which has no files and no reader of ONNX.
#include <string>

#include "api/open/open.h"
#include "convert/packed/packed_model.h"

namespace dfn {

Result<Model> OpenModel(const std::string& source, const Limits&) {
  return Error{ErrorCode::kUnsupported,
               "\"" + source + "\": this build opens models from memory only"};
}

Result<Model> OpenModelBytes(Bytes bytes, const std::string& source, const Limits& limits) {
  return LoadPackedModel(bytes, source, limits);
}

Result<Model> OpenModelFiles(std::span<const NamedView> files, const std::string& source,
                             const Limits& limits) {
  if (files.size() == 1) return LoadPackedModel(files.front().bytes, source, limits);
  return Error{ErrorCode::kUnsupported,
               source + ": this build opens one packed model file, not the files of a model"};
}

}  // namespace dfn
