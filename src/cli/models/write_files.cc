#include "cli/models/write_files.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/interrupt.h"
#include "os/atomic_file.h"

namespace dfn {
namespace {

Status WriteAll(int descriptor, Bytes bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      return Error{ErrorCode::kIo, path.string() + ": cannot be written: " + std::strerror(errno)};
    }
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

}  // namespace

Status WriteFiles(const std::filesystem::path& folder, std::span<const NamedBytes> files,
                  bool replace) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Error{ErrorCode::kIo, folder.string() + ": cannot be made: " + error.message()};
  }
  std::vector<AtomicOutput> outputs;
  for (const NamedBytes& file : files) {
    const std::filesystem::path path = folder / file.name;
    DFN_TRY(AtomicOutput output, AtomicOutput::Create(path, replace));
    DFN_CHECK(WriteAll(output.descriptor(), file.bytes, path));
    outputs.push_back(std::move(output));
  }
  if (Interrupted()) return Error{ErrorCode::kCancelled, "interrupted"};
  for (AtomicOutput& output : outputs) DFN_CHECK(output.Commit());
  return {};
}

}  // namespace dfn
