#include "os/line_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "os/atomic_file.h"
#include "os/write_all.h"

namespace dfn {
namespace {

Bytes AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Error CannotBe(const std::filesystem::path& path, const char* action, int error) {
  return {ErrorCode::kIo, path.string() + ": cannot be " + action + ": " + std::strerror(error)};
}

// Whether the lock was got. A file system without locks counts as one.
bool Lock(int descriptor) {
  return flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

// Whether `path` still names the open file: another process may have replaced it before it gave up
// its lock.
bool IsNamed(int descriptor, const std::filesystem::path& path) {
  struct stat open_file {};
  struct stat named {};
  return fstat(descriptor, &open_file) == 0 && stat(path.c_str(), &named) == 0 &&
         open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

// Cuts a file into lines, reading it in blocks.
class LineReader {
 public:
  explicit LineReader(int descriptor) : descriptor_(descriptor) {}

  // The next line without its line feed, valid until the next call; `torn` if it has none. Nothing
  // at the end, and after an error, which is then in `error`.
  std::optional<std::string_view> Next(bool& torn, int& error) {
    torn = false;
    for (;;) {
      const size_t end = buffer_.find('\n', scanned_);
      if (end != std::string::npos) {
        const std::string_view line = std::string_view(buffer_).substr(start_, end - start_);
        start_ = scanned_ = end + 1;
        return line;
      }
      buffer_.erase(0, start_);
      start_ = 0;
      scanned_ = buffer_.size();
      if (buffer_.size() > LineLog::kMostBytes) {
        error = EFBIG;
        return std::nullopt;
      }
      char block[65536];
      const ssize_t got = pread(descriptor_, block, sizeof(block), offset_);
      if (got < 0) {
        if (errno == EINTR) continue;
        error = errno;
        return std::nullopt;
      }
      if (got == 0) {
        if (buffer_.empty()) return std::nullopt;
        torn = true;
        start_ = scanned_ = buffer_.size();
        return buffer_;
      }
      buffer_.append(block, static_cast<size_t>(got));
      offset_ += got;
    }
  }

 private:
  int descriptor_;
  off_t offset_ = 0;
  std::string buffer_;
  size_t start_ = 0;    // of the next line
  size_t scanned_ = 0;  // bytes before it hold no line feed
};

}  // namespace

LineLog::LineLog(std::filesystem::path path, std::string label, OwnedDescriptor descriptor)
    : path_(std::move(path)), label_(std::move(label)), descriptor_(std::move(descriptor)) {}

Error LineLog::Failed(const char* action, int error) const {
  return CannotBe(path_, action, error);
}

Result<LineLog> LineLog::Open(const std::filesystem::path& path, const std::string& label) {
  // As often as other processes may replace the file in between.
  constexpr int kAttempts = 100;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // Without waiting for the other end of what might be a pipe.
    OwnedDescriptor descriptor(
        open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666));
    if (descriptor.get() < 0) return CannotBe(path, "written", errno);
    struct stat status {};
    if (fstat(descriptor.get(), &status) != 0) return CannotBe(path, "read", errno);
    if (!S_ISREG(status.st_mode)) {
      return Error{ErrorCode::kIo, path.string() + ": is not a regular file"};
    }
    if (!Lock(descriptor.get())) {
      return Error{ErrorCode::kIo, path.string() +
                                       ": is in use by another run of deepfilter; wait until that "
                                       "has ended, or give this run another shard or manifest"};
    }
    if (!IsNamed(descriptor.get(), path)) continue;
    return LineLog(path, label, std::move(descriptor));
  }
  return CannotBe(path, "opened", EAGAIN);
}

Status LineLog::Review(const std::function<Result<bool>(std::string_view line)>& keep,
                       const std::function<Status(std::string_view line)>& agree_torn) {
  DFN_TRY(AtomicFile kept, AtomicFile::Create(path_, {.replace = true, .label = label_}));
  LineReader reader(descriptor_.get());
  std::string block;
  bool removed = false;
  bool torn = false;
  int error = 0;
  while (const auto line = reader.Next(torn, error)) {
    if (torn) {
      DFN_CHECK(agree_torn(*line));
      removed = true;
      break;
    }
    DFN_TRY(const bool kept_line, keep(*line));
    if (!kept_line) {
      removed = true;
      continue;
    }
    block.append(*line).push_back('\n');
    if (block.size() < kMostBytes) continue;
    DFN_CHECK(kept.Append(AsBytes(block)));
    block.clear();
  }
  if (error == EFBIG) {
    return Error{ErrorCode::kCorrupt, path_.string() + ": has a line of more than 1 MiB"};
  }
  if (error != 0) return Failed("read", error);
  if (!removed) return {};
  DFN_CHECK(kept.Append(AsBytes(block)));
  // The new file is locked before it has its name, and stays open for appending.
  OwnedDescriptor next(fcntl(kept.descriptor(), F_DUPFD_CLOEXEC, 0));
  if (next.get() < 0) return Failed("written", errno);
  Lock(next.get());
  DFN_CHECK(kept.Commit());
  descriptor_ = std::move(next);
  return {};
}

Status LineLog::Clear() {
  if (ftruncate(descriptor_.get(), 0) != 0) return Failed("written", errno);
  return {};
}

Status LineLog::Append(std::string_view line) {
  std::string text(line);
  text.push_back('\n');
  const off_t end = lseek(descriptor_.get(), 0, SEEK_END);
  if (end < 0) return Failed("written", errno);
  const int error = WriteAll(descriptor_.get(), AsBytes(text));
  if (error == 0) return {};
  // Half a line is taken back.
  (void)!ftruncate(descriptor_.get(), end);
  return Failed("written", error);
}

}  // namespace dfn
