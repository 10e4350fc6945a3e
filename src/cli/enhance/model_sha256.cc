#include "cli/enhance/model_sha256.h"

#include <map>

#include "api/open/open.h"
#include "base/bytes.h"
#include "store/sha256.h"

namespace dfn {
namespace {

std::string SumOf(Bytes bytes) {
  Sha256 sum;
  sum.Update(bytes);
  return sum.Finish();
}

}  // namespace

Result<std::string> ModelSha256(const std::string& source) {
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
