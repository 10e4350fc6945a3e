#include "api/tools/write_files.h"

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/path_text.h"
#include "os/atomic_file.h"

namespace dfn {

Status WriteFiles(const std::filesystem::path& folder, std::span<const NamedBytes> files,
                  bool replace, const std::function<Status()>& before_names) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Error{ErrorCode::kIo, PathText(folder) + ": cannot be made: " + error.message()};
  }
  RemoveStaleTemporaries(folder);
  std::vector<AtomicFile> outputs;
  for (const NamedBytes& file : files) {
    const std::filesystem::path path = folder / PathOf(file.name);
    DFN_TRY(AtomicFile output, AtomicFile::Create(path, {.replace = replace}));
    DFN_CHECK(output.Append(file.bytes));
    outputs.push_back(std::move(output));
  }
  if (before_names) DFN_CHECK(before_names());
  for (AtomicFile& output : outputs) DFN_CHECK(output.Commit());
  return {};
}

}  // namespace dfn
