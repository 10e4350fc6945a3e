// OpenModel in the library that opens packed model files alone (DEEPFILTER_PACKED_ONLY).
#include <string>
#include <utility>
#include <vector>

#include "api/open/open.h"
#include "convert/packed/packed_model.h"
#include "os/read_file.h"
#include "store/embedded.h"

namespace dfn {
namespace {

Error NoModel(const std::string& source) {
  if (source.empty()) {
    return {ErrorCode::kNotFound,
            "no model is built in; name a packed model file, as \"deepfilter pack\" makes them"};
  }
  return {ErrorCode::kNotFound,
          source + ": no such file, and this build opens packed model files alone"};
}

}  // namespace

Result<Model> OpenModel(const std::string& source, const Limits& limits) {
  if (!source.empty()) {
    Result<std::vector<uint8_t>> bytes = ReadFile(source, limits);
    if (bytes.ok()) return LoadPackedModel(*bytes, source, limits);
    if (bytes.error().code != ErrorCode::kNotFound) return std::move(bytes).error();
  }
  const std::string built_in(EmbeddedModelName());
  if (built_in.empty() || (!source.empty() && source != built_in)) return NoModel(source);
  return LoadPackedModel(EmbeddedModel(), built_in + " (built in)", limits);
}

}  // namespace dfn
