#include "convert/surgery/read_graph_file.h"

#include <memory>
#include <vector>

#include "convert/config/model_files.h"

namespace dfn {

Result<onnx::Graph> ReadGraphFile(std::span<const NamedBytes> files, std::string_view name,
                                  const std::string& source, const Limits& limits) {
  const NamedBytes* found = nullptr;
  for (const NamedBytes& file : files) {
    if (LastPart(file.name) != name) continue;
    if (found != nullptr) {
      return Error{ErrorCode::kMismatch,
                   source + ": holds several files " + std::string(name) + ", expected one"};
    }
    found = &file;
  }
  if (found == nullptr) {
    return Error{ErrorCode::kNotFound, source + ": there is no " + std::string(name)};
  }
  return onnx::ReadGraph(std::make_shared<const std::vector<uint8_t>>(found->bytes),
                         FileLabel(source, name), limits);
}

}  // namespace dfn
