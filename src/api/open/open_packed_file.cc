// OpenModel in the library that opens packed model files alone (DEEPFILTER_PACKED_ONLY).
#include <memory>
#include <string>
#include <utility>

#include "api/open/open.h"
#include "convert/packed/packed_model.h"
#include "os/large_pages.h"
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
    Result<FileBlock> file = ReadFileBlock(source, limits);
    if (file.ok()) {
      const auto kept = std::make_shared<const FileBlock>(*std::move(file));
      return LoadPackedModel(kept->bytes(), source, limits,
                             {.bytes_stay = true, .owner = kept, .source = LargePages()});
    }
    if (file.error().code != ErrorCode::kNotFound) return std::move(file).error();
  }
  const std::string built_in(EmbeddedModelName());
  if (built_in.empty() || (!source.empty() && source != built_in)) return NoModel(source);
  return LoadPackedModel(EmbeddedModel(), built_in + " (built in)", limits,
                         {.bytes_stay = true, .source = LargePages()});
}

}  // namespace dfn
