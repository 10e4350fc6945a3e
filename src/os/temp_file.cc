#include "os/temp_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace dfn {
namespace {

namespace fs = std::filesystem;

Error NotWritten(const fs::path& path, int error_number) {
  return {ErrorCode::kIo,
          path.string() + ": cannot be written: " + std::generic_category().message(error_number)};
}

}  // namespace

Result<TempFile> TempFile::Create(const fs::path& target) {
  // Names differ by process and by call, so pulls at the same time do not meet.
  static std::atomic<unsigned> calls{0};
  for (;;) {
    fs::path path = target;
    path += ".part-" + std::to_string(getpid()) + "-" + std::to_string(calls++);
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor >= 0) return TempFile(descriptor, target, std::move(path));
    if (errno != EEXIST) return NotWritten(target, errno);
  }
}

TempFile::TempFile(int descriptor, fs::path target, fs::path path)
    : descriptor_(descriptor), target_(std::move(target)), path_(std::move(path)) {}

TempFile::TempFile(TempFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      target_(std::move(other.target_)),
      path_(std::exchange(other.path_, {})) {}

TempFile::~TempFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!path_.empty()) unlink(path_.c_str());
}

Status TempFile::Append(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return NotWritten(target_, errno);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

Status TempFile::Commit() {
  if (fsync(descriptor_) != 0) return NotWritten(target_, errno);
  // Some file systems tell of a full disk only here.
  if (close(std::exchange(descriptor_, -1)) != 0) return NotWritten(target_, errno);
  if (rename(path_.c_str(), target_.c_str()) != 0) return NotWritten(target_, errno);
  path_.clear();
  // The new name itself reaches the disk with the folder; failing that, the file is still whole.
  const int folder = open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);
    close(folder);
  }
  return {};
}

}  // namespace dfn
