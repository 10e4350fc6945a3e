// A file that appears under its name complete, or not at all.
#ifndef DEEPFILTER_OS_ATOMIC_FILE_H_
#define DEEPFILTER_OS_ATOMIC_FILE_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "os/owned_descriptor.h"

namespace dfn {

struct AtomicFileOptions {
  // Commit replaces an existing target, which must be a regular file. Through a symbolic link it replaces the file that the link
  // points to. The existing file's permissions are kept.
  bool replace = false;
  // Commit waits until the bytes and the new name are on the disk.
  bool durable = false;
  // Part of the temporary file's name, so that RemoveTemporaries can tell whose it is. Letters,
  // digits and dashes.
  std::string label = {};
};

// Removes the temporary files of a `label` from a folder: those of processes that were killed, if
// the caller knows that no other process works under that label.
void RemoveTemporaries(const std::filesystem::path& folder, std::string_view label);

// The temporary files in a folder, of any label, that killed processes left: no process holds them
// open, and nothing was written to them for a minute. None if the folder cannot be listed.
std::vector<std::filesystem::path> StaleTemporaries(const std::filesystem::path& folder);
// Removes those.
void RemoveStaleTemporaries(const std::filesystem::path& folder);

// Writes a hidden temporary file in the folder of `target`. Commit gives that file its name; without
// Commit the destructor removes it. One thread at a time; not real-time.
class AtomicFile {
 public:
  // Errors: kExists (unless `replace`), kIo (also where the folder does not exist).
  static Result<AtomicFile> Create(const std::filesystem::path& target,
                                   const AtomicFileOptions& options);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  // The open temporary file, for libraries that read, write and seek by themselves.
  int descriptor() const { return descriptor_.get(); }

  // Its path, for other programs that write to it by name.
  const std::filesystem::path& temporary() const { return temporary_; }

  // Writes all bytes at the current position. Errors: kIo (no space, file-size limit, ...).
  Status Append(Bytes bytes);

  // Closes the file and gives it its name. After an error, the destructor still removes the
  // temporary file. Errors: kIo; kExists when another process has created `target` since Create,
  // unless `replace`.
  Status Commit();
  // After a Commit that ended with kExists: gives the file another name in the same folder. Errors: those
  // of Commit.
  Status CommitAs(const std::string& name);

 private:
  Status GiveName();

  AtomicFile(std::filesystem::path target, std::filesystem::path temporary,
             OwnedDescriptor descriptor, const AtomicFileOptions& options);

  std::filesystem::path target_;
  std::filesystem::path temporary_;  // empty when there is nothing to remove
  OwnedDescriptor descriptor_;
  AtomicFileOptions options_;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_ATOMIC_FILE_H_
