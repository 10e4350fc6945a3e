// A text file that grows by whole lines and has one writer at a time.
#ifndef DEEPFILTER_OS_LINE_LOG_H_
#define DEEPFILTER_OS_LINE_LOG_H_

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/owned_descriptor.h"

namespace dfn {

// Each line is written by one call of the system, so that a process that is killed leaves whole
// lines and at most one torn line at the end. Lines are of at most kMostBytes. An advisory lock
// keeps other processes that use this class away from the file until the object goes or the process
// ends, where the file system has locks. One thread at a time.
class LineLog {
 public:
  static constexpr size_t kMostBytes = size_t{1} << 20;

  // Opens a file or makes an empty one. `label` is that of AtomicFileOptions.
  // Errors: kIo (cannot be opened, is no regular file, is in use by another process).
  static Result<LineLog> Open(const std::filesystem::path& path, const std::string& label);

  // Calls `keep` with each line in turn, without its line feed, and removes those lines for which
  // it returns false. A last line without a line feed is torn and is removed, once `agree_torn` has
  // agreed. The file is replaced as a whole, or left as it is if nothing is removed.
  // Errors: those of `keep`, `agree_torn` and AtomicFile; kIo; kCorrupt (a line beyond kMostBytes).
  Status Review(const std::function<Result<bool>(std::string_view line)>& keep,
                const std::function<Status(std::string_view line)>& agree_torn);

  // Removes all lines. Errors: kIo.
  Status Clear();

  // Adds a line, which holds no line feed. After an error the file is as before, as far as the
  // system can do that. Errors: kIo.
  Status Append(std::string_view line);

 private:
  LineLog(std::filesystem::path path, std::string label, OwnedDescriptor descriptor);
  Error Failed(const char* action, int error) const;

  std::filesystem::path path_;
  std::string label_;
  OwnedDescriptor descriptor_;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_LINE_LOG_H_
