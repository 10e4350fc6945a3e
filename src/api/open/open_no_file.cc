// OpenModel in the browser's module, which has no files.
#include <string>

#include "api/open/open.h"

namespace dfn {

Result<Model> OpenModel(const std::string& source, const Limits&) {
  return Error{ErrorCode::kUnsupported,
               "\"" + source + "\": this build opens models from memory only"};
}

}  // namespace dfn
