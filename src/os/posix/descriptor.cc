#include "os/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace dfn {
namespace {

FileStatus Described(const struct stat& found) {
#if defined(__APPLE__)
  const timespec& changed = found.st_mtimespec;
#else
  const timespec& changed = found.st_mtim;
#endif
  FileStatus status;
  status.kind = S_ISREG(found.st_mode)   ? FileKind::kRegular
                : S_ISDIR(found.st_mode) ? FileKind::kFolder
                                         : FileKind::kStream;
  if (status.kind == FileKind::kRegular) {
    status.bytes = static_cast<uint64_t>(std::max<off_t>(found.st_size, 0));
  }
  status.mtime_ns = int64_t{changed.tv_sec} * 1'000'000'000 + changed.tv_nsec;
  return status;
}

FileIdentity Identified(const struct stat& found) {
  return {static_cast<uint64_t>(found.st_dev), static_cast<uint64_t>(found.st_ino)};
}

int Flags(OpenFor purpose) {
  switch (purpose) {
    case OpenFor::kReading:
      return O_RDONLY;
    case OpenFor::kReadingNow:
      return O_RDONLY | O_NONBLOCK;
    case OpenFor::kWriting:
      return O_WRONLY;
    case OpenFor::kLog:
      break;
  }
  return O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK;
}

OpenedFile Opened(int descriptor) {
  const int error = descriptor < 0 ? errno : 0;
  return {OwnedDescriptor(descriptor), error};
}

Transfer Counted(ssize_t count) {
  if (count < 0) return {0, errno};
  return {static_cast<size_t>(count), 0};
}

std::optional<uint64_t> Sought(off_t position) {
  if (position < 0) return std::nullopt;
  return static_cast<uint64_t>(position);
}

}  // namespace

FileStatus StatusOf(int descriptor) {
  struct stat found {};
  return fstat(descriptor, &found) == 0 ? Described(found) : FileStatus{};
}

FileStatus StatusOf(const std::filesystem::path& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? Described(found) : FileStatus{};
}

std::optional<FileIdentity> IdentityOf(int descriptor) {
  struct stat found {};
  if (fstat(descriptor, &found) != 0) return std::nullopt;
  return Identified(found);
}

std::optional<FileIdentity> IdentityOf(const std::filesystem::path& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  return Identified(found);
}

OpenedFile OpenFile(const std::filesystem::path& path, OpenFor purpose) {
  return Opened(open(path.c_str(), Flags(purpose) | O_CLOEXEC, 0666));
}

OpenedFile Duplicate(int descriptor) { return Opened(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)); }

Transfer ReadSome(int descriptor, std::span<uint8_t> to) {
  return Counted(read(descriptor, to.data(), to.size()));
}

Transfer ReadAt(int descriptor, uint64_t offset, std::span<uint8_t> to) {
  Transfer all;
  while (all.count < to.size()) {
    const Transfer step = Counted(pread(descriptor, to.data() + all.count, to.size() - all.count,
                                        static_cast<off_t>(offset + all.count)));
    if (step.error == EINTR) continue;
    all.error = step.error;
    if (step.count == 0) break;
    all.count += step.count;
  }
  return all;
}

int WriteAt(int descriptor, uint64_t offset, Bytes bytes) {
  while (!bytes.empty()) {
    const Transfer step =
        Counted(pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset)));
    if (step.error == EINTR) continue;
    if (step.count == 0) return step.error != 0 ? step.error : EIO;
    bytes = bytes.subspan(step.count);
    offset += step.count;
  }
  return 0;
}

Transfer WriteSome(int descriptor, Bytes bytes) {
  return Counted(write(descriptor, bytes.data(), bytes.size()));
}

std::optional<uint64_t> Position(int descriptor) { return Sought(lseek(descriptor, 0, SEEK_CUR)); }

bool SeekTo(int descriptor, uint64_t offset) {
  return lseek(descriptor, static_cast<off_t>(offset), SEEK_SET) >= 0;
}

std::optional<uint64_t> SeekToEnd(int descriptor) { return Sought(lseek(descriptor, 0, SEEK_END)); }

int Truncate(int descriptor, uint64_t bytes) {
  return ftruncate(descriptor, static_cast<off_t>(bytes)) == 0 ? 0 : errno;
}

bool OnlyAppends(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  return flags < 0 || (flags & O_APPEND) != 0;
}

bool IsReadableWithin(int descriptor, int milliseconds) {
  pollfd waited = {.fd = descriptor, .events = POLLIN, .revents = 0};
  return poll(&waited, 1, milliseconds) > 0;
}

bool TryLock(int descriptor) {
  return flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

}  // namespace dfn
