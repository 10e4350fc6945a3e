#include "cli/enhance/model_sha256.h"

#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "api/open/locate.h"
#include "api/open/open.h"
#include "base/bytes.h"
#include "convert/load/load.h"
#include "os/read_file.h"
#include "store/embedded.h"
#include "store/sha256.h"

namespace dfn {
namespace {

std::string SumOf(Bytes bytes) {
  Sha256 sum;
  sum.Update(bytes);
  return sum.Finish();
}

std::string SumOfPacked(Bytes file) {
  const std::string line = SumOf(file) + "  model.dfn\n";
  return SumOf({reinterpret_cast<const uint8_t*>(line.data()), line.size()});
}

}  // namespace

Result<std::string> ModelSha256(const std::string& source) {
  DFN_TRY(const std::optional<std::filesystem::path> place, LocateModel(source));
  if (!place && EmbeddedFilesSha256().empty()) return SumOfPacked(EmbeddedModel());
  if (!place) return std::string(EmbeddedFilesSha256());
  if (IsPackedFile(*place)) {
    DFN_TRY(const std::vector<uint8_t> file, ReadFile(*place, {}));
    return SumOfPacked(file);
  }
  DFN_TRY(const SourceFiles found, OpenFiles(source));
  std::map<std::string, std::string> sums;
  for (const auto& file : found.files) {
    const std::string name = file.name.substr(file.name.rfind('/') + 1);
    sums[name] = SumOf(file.bytes);
  }
  std::string list;
  for (const auto& [name, sum] : sums) list.append(sum).append("  ").append(name).append("\n");
  return SumOf({reinterpret_cast<const uint8_t*>(list.data()), list.size()});
}

}  // namespace dfn
