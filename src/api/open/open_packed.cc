// OpenModel's kin where packed model files are all that a model comes in: in the browser's module and
// in the library that needs no reader of ONNX (DEEPFILTER_PACKED_ONLY).
#include <string>

#include "api/open/open.h"
#include "convert/packed/packed_model.h"

namespace dfn {

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
