#include "os/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <system_error>
#include <utility>

#include "os/owned_descriptor.h"
#include "os/write_all.h"

namespace dfn {
namespace {

Error CannotWrite(const std::filesystem::path& target, int error) {
  return {ErrorCode::kIo, target.string() + ": cannot be written: " + std::strerror(error)};
}

Error AlreadyExists(const std::filesystem::path& target) {
  return {ErrorCode::kExists, target.string() + ": exists already"};
}

std::filesystem::path FolderOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

constexpr char kTemporaryStart[] = ".deepfilter-";
constexpr char kTemporaryEnd[] = ".part";

// The beginning of the names of temporary files with a label, which may be empty.
std::string TemporaryStart(std::string_view label) {
  std::string start = kTemporaryStart;
  if (!label.empty()) start.append(label).append("-");
  return start;
}

std::vector<std::filesystem::path> Temporaries(const std::filesystem::path& folder,
                                               std::string_view label) {
  const std::string start = TemporaryStart(label);
  std::vector<std::filesystem::path> found;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  while (!error && entry != std::filesystem::directory_iterator()) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.starts_with(start) && name.ends_with(kTemporaryEnd) &&
        entry->is_regular_file(ignored)) {
      found.push_back(entry->path());
    }
    entry.increment(error);
  }
  return found;
}

// A living process holds the lock of its temporary file until Commit closes it; the minute is for the
// time from there to its name, and for file systems without locks.
bool IsStale(const std::filesystem::path& file) {
  constexpr time_t kLeastAgeSeconds = 60;
  const OwnedDescriptor opened(open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat found {};
  if (opened.get() < 0 || fstat(opened.get(), &found) != 0) return false;
  if (found.st_mtime > time(nullptr) - kLeastAgeSeconds) return false;
  return flock(opened.get(), LOCK_EX | LOCK_NB) == 0;
}

// Writes a folder's list of names to the disk. A failure is no error: the file is still complete.
void SyncFolder(const std::filesystem::path& path) {
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

}  // namespace

void RemoveTemporaries(const std::filesystem::path& folder, std::string_view label) {
  for (const std::filesystem::path& file : Temporaries(folder, label)) unlink(file.c_str());
}

std::vector<std::filesystem::path> StaleTemporaries(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> stale = Temporaries(folder, "");
  std::erase_if(stale, [](const std::filesystem::path& file) { return !IsStale(file); });
  return stale;
}

void RemoveStaleTemporaries(const std::filesystem::path& folder) {
  for (const std::filesystem::path& file : StaleTemporaries(folder)) unlink(file.c_str());
}

Result<AtomicFile> AtomicFile::Create(const std::filesystem::path& target,
                                      const AtomicFileOptions& options) {
  struct stat existing {};
  const bool exists = stat(target.c_str(), &existing) == 0;
  if (exists && S_ISDIR(existing.st_mode)) return CannotWrite(target, EISDIR);
  // A rename would put a file in the place of a device or a pipe.
  if (exists && !S_ISREG(existing.st_mode)) {
    return Error{ErrorCode::kIo, target.string() + ": is not a regular file"};
  }
  if (exists && !options.replace) return AlreadyExists(target);
  std::error_code ignored;
  const std::filesystem::path resolved =
      exists ? std::filesystem::canonical(target, ignored) : target;
  const std::filesystem::path final_target = resolved.empty() ? target : resolved;

  // Other processes may write to the same folder, so the name holds the process. Within a process
  // the number grows until a name is free.
  constexpr int kAttempts = 10'000;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::filesystem::path temporary =
        final_target.parent_path() / (TemporaryStart(options.label) + std::to_string(getpid()) +
                                      "-" + std::to_string(attempt) + kTemporaryEnd);
    const int descriptor = open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      (void)flock(descriptor, LOCK_EX | LOCK_NB);  // for StaleTemporaries
      if (exists) (void)fchmod(descriptor, existing.st_mode & 0777);
      return AtomicFile(final_target, temporary, descriptor, options);
    }
    const int error = errno;
    if (error == EEXIST) continue;
    if (error == ENOENT && !std::filesystem::exists(FolderOf(final_target), ignored)) {
      return Error{ErrorCode::kNotFound, target.string() + ": cannot be written: no folder \"" +
                                             FolderOf(final_target).string() + "\""};
    }
    return CannotWrite(target, error);
  }
  return CannotWrite(target, EEXIST);
}

AtomicFile::AtomicFile(std::filesystem::path target, std::filesystem::path temporary,
                       int descriptor, const AtomicFileOptions& options)
    : target_(std::move(target)),
      temporary_(std::move(temporary)),
      descriptor_(descriptor),
      options_(options) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      options_(other.options_) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

Status AtomicFile::Append(Bytes bytes) {
  if (const int error = WriteAll(descriptor_, bytes); error != 0) {
    return CannotWrite(target_, error);
  }
  return {};
}

Status AtomicFile::Commit() {
  if (options_.durable && fsync(descriptor_) != 0) return CannotWrite(target_, errno);
  // Some file systems report a full disk only here.
  if (close(std::exchange(descriptor_, -1)) != 0) return CannotWrite(target_, errno);
  DFN_CHECK(Rename());
  if (options_.durable) SyncFolder(FolderOf(target_));
  return {};
}

Status AtomicFile::Rename() {
  if (!options_.replace) {
    // Unlike a rename, a link never replaces a file that another process has just created.
    if (link(temporary_.c_str(), target_.c_str()) == 0) {
      unlink(std::exchange(temporary_, {}).c_str());
      return {};
    }
    if (errno == EEXIST) return AlreadyExists(target_);
    // Some file systems do not support links.
  }
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) return CannotWrite(target_, errno);
  temporary_.clear();
  return {};
}

}  // namespace dfn
