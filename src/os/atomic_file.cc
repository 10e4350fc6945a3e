#include "os/atomic_file.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "base/path_text.h"
#include "os/descriptor.h"
#include "os/file_names.h"
#include "os/system_text.h"
#include "os/write_all.h"

namespace dfn {
namespace {

Error CannotWrite(const std::filesystem::path& target, int error) {
  return {ErrorCode::kIo, PathText(target) + ": cannot be written: " + SystemText(error)};
}

Error AlreadyExists(const std::filesystem::path& target) {
  return {ErrorCode::kExists, PathText(target) + ": exists already"};
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
  // Of a folder that cannot be listed nothing is known.
  (void)EachName(folder, [&](const std::filesystem::path& entry) {
    const std::string name = PathText(entry);
    if (name.starts_with(start) && name.ends_with(kTemporaryEnd) &&
        StatusOf(folder / entry).kind == FileKind::kRegular) {
      found.push_back(folder / entry);
    }
  });
  return found;
}

}  // namespace

void RemoveTemporaries(const std::filesystem::path& folder, std::string_view label) {
  for (const std::filesystem::path& file : Temporaries(folder, label)) RemoveFile(file);
}

std::vector<std::filesystem::path> StaleTemporaries(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> stale = Temporaries(folder, "");
  std::erase_if(stale, [](const std::filesystem::path& file) { return !IsLeftOver(file); });
  return stale;
}

void RemoveStaleTemporaries(const std::filesystem::path& folder) {
  for (const std::filesystem::path& file : StaleTemporaries(folder)) RemoveFile(file);
}

Result<AtomicFile> AtomicFile::Create(const std::filesystem::path& target,
                                      const AtomicFileOptions& options) {
  const FileKind kind = StatusOf(target).kind;
  const bool exists = kind != FileKind::kNone;
  if (kind == FileKind::kFolder) return CannotWrite(target, EISDIR);
  // A rename would put a file in the place of a device or a pipe.
  if (kind == FileKind::kStream) {
    return Error{ErrorCode::kIo, PathText(target) + ": is not a regular file"};
  }
  std::error_code ignored;
  // A link to what is not there has the name, too.
  const bool is_taken = exists || std::filesystem::is_symlink(target, ignored);
  if (is_taken && !options.replace) return AlreadyExists(target);
  const std::filesystem::path resolved =
      exists ? std::filesystem::canonical(target, ignored) : target;
  const std::filesystem::path final_target = resolved.empty() ? target : resolved;

  // Other processes may write to the same folder, so the name holds the process. Within a process
  // the number grows until a name is free.
  constexpr int kAttempts = 10'000;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::filesystem::path temporary =
        final_target.parent_path() /
        PathOf(TemporaryStart(options.label) + std::to_string(ProcessNumber()) + "-" +
               std::to_string(attempt) + kTemporaryEnd);
    // Nothing may fail between the file and the object that removes it.
    AtomicFile made(final_target, {}, OwnedDescriptor(), options);
    OpenedFile created = CreateNewFile(temporary, exists ? final_target : "");
    const int error = created.error;
    if (error == 0) {
      made.temporary_ = std::move(temporary);
      made.descriptor_ = std::move(created.descriptor);
      return made;
    }
    if (error == EEXIST) continue;
    if (error == ENOENT && !std::filesystem::exists(FolderOf(final_target), ignored)) {
      return Error{ErrorCode::kIo, PathText(target) + ": cannot be written: no folder \"" +
                                       PathText(FolderOf(final_target)) + "\""};
    }
    return CannotWrite(target, error);
  }
  return CannotWrite(target, EEXIST);
}

AtomicFile::AtomicFile(std::filesystem::path target, std::filesystem::path temporary,
                       OwnedDescriptor descriptor, const AtomicFileOptions& options)
    : target_(std::move(target)),
      temporary_(std::move(temporary)),
      descriptor_(std::move(descriptor)),
      options_(options) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::move(other.descriptor_)),
      options_(std::move(other.options_)) {}

AtomicFile::~AtomicFile() {
  descriptor_ = OwnedDescriptor();
  if (!temporary_.empty()) RemoveFile(temporary_);
}

Status AtomicFile::Append(Bytes bytes) {
  if (const int error = WriteAll(descriptor_.get(), bytes); error != 0) {
    return CannotWrite(target_, error);
  }
  return {};
}

Status AtomicFile::Commit() {
  if (options_.durable) {
    if (const int error = SyncFile(descriptor_.get()); error != 0) {
      return CannotWrite(target_, error);
    }
  }
  // Some file systems report a full disk only here.
  if (const int error = descriptor_.Close(); error != 0) return CannotWrite(target_, error);
  return GiveName();
}

Status AtomicFile::CommitAs(const std::string& name) {
  target_ = target_.parent_path() / PathOf(name);
  return GiveName();
}

Status AtomicFile::GiveName() {
  const int error = RenameFile(temporary_, target_, options_.replace);
  if (error == EEXIST && !options_.replace) return AlreadyExists(target_);
  if (error != 0) return CannotWrite(target_, error);
  temporary_.clear();
  if (options_.durable) SyncFolder(FolderOf(target_));
  return {};
}

}  // namespace dfn
