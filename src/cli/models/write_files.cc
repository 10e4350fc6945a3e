#include "cli/models/write_files.h"

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/interrupt.h"
#include "os/atomic_file.h"

namespace dfn {
Status WriteFiles(const std::filesystem::path& folder, std::span<const NamedBytes> files,
                  bool replace) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Error{ErrorCode::kIo, folder.string() + ": cannot be made: " + error.message()};
  }
  std::vector<AtomicFile> outputs;
  for (const NamedBytes& file : files) {
    const std::filesystem::path path = folder / file.name;
    DFN_TRY(AtomicFile output, AtomicFile::Create(path, {.replace = replace}));
    DFN_CHECK(output.Append(file.bytes));
    outputs.push_back(std::move(output));
  }
  if (Interrupted()) return Error{ErrorCode::kCancelled, "interrupted"};
  for (AtomicFile& output : outputs) DFN_CHECK(output.Commit());
  return {};
}

}  // namespace dfn
