#include "os/line_log.h"

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "base/path_text.h"
#include "os/atomic_file.h"
#include "os/descriptor.h"
#include "os/system_text.h"
#include "os/write_all.h"

namespace dfn {
namespace {

Bytes AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Error CannotBe(const std::filesystem::path& path, const char* action, int error) {
  return {ErrorCode::kIo, PathText(path) + ": cannot be " + action + ": " + SystemText(error)};
}

// Whether `path` still names the open file: another process may have replaced it before it gave up
// its lock.
bool IsNamed(int descriptor, const std::filesystem::path& path) {
  const std::optional<FileIdentity> open_file = IdentityOf(descriptor);
  return open_file && open_file == IdentityOf(path);
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
      uint8_t block[65536];
      const Transfer got = ReadAt(descriptor_, offset_, block);
      if (got.error != 0) {
        error = got.error;
        return std::nullopt;
      }
      if (got.count == 0) {
        if (buffer_.empty()) return std::nullopt;
        torn = true;
        start_ = scanned_ = buffer_.size();
        return buffer_;
      }
      buffer_.append(reinterpret_cast<const char*>(block), got.count);
      offset_ += got.count;
    }
  }

 private:
  int descriptor_;
  uint64_t offset_ = 0;
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
    OpenedFile opened = OpenFile(path, OpenFor::kLog);
    if (opened.error != 0) return CannotBe(path, "written", opened.error);
    if (StatusOf(opened.descriptor.get()).kind != FileKind::kRegular) {
      return Error{ErrorCode::kIo, PathText(path) + ": is not a regular file"};
    }
    if (!TryLock(opened.descriptor.get())) {
      return Error{ErrorCode::kIo, PathText(path) +
                                       ": is in use by another run of deepfilter; wait until that "
                                       "has ended, or give this run another shard or manifest"};
    }
    if (!IsNamed(opened.descriptor.get(), path)) continue;
    return LineLog(path, label, std::move(opened.descriptor));
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
    return Error{ErrorCode::kCorrupt, PathText(path_) + ": has a line of more than 1 MiB"};
  }
  if (error != 0) return Failed("read", error);
  if (!removed) return {};
  DFN_CHECK(kept.Append(AsBytes(block)));
  // The new file is locked before it has its name, and stays open for appending.
  OpenedFile next = Duplicate(kept.descriptor());
  if (next.error != 0) return Failed("written", next.error);
  TryLock(next.descriptor.get());
  DFN_CHECK(kept.Commit());
  descriptor_ = std::move(next.descriptor);
  return {};
}

Status LineLog::Clear() {
  const int error = Truncate(descriptor_.get(), 0);
  if (error != 0) return Failed("written", error);
  return {};
}

Status LineLog::Append(std::string_view line) {
  std::string text(line);
  text.push_back('\n');
  const std::optional<uint64_t> end = SeekToEnd(descriptor_.get());
  if (!end) return Failed("written", EIO);
  const int error = WriteAll(descriptor_.get(), AsBytes(text));
  if (error == 0) return {};
  // Half a line is taken back.
  (void)Truncate(descriptor_.get(), *end);
  return Failed("written", error);
}

}  // namespace dfn
