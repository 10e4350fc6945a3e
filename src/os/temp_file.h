// A file that is complete under its name or not there at all.
#ifndef DEEPFILTER_OS_TEMP_FILE_H_
#define DEEPFILTER_OS_TEMP_FILE_H_

#include <filesystem>

#include "base/bytes.h"
#include "base/result.h"

namespace dfn {

// Bytes on their way to `target`, in a file of another name beside it. Removed by the destructor
// unless `Commit` succeeded.
class TempFile {
 public:
  // Errors: kIo.
  static Result<TempFile> Create(const std::filesystem::path& target);
  TempFile(TempFile&& other) noexcept;
  TempFile& operator=(TempFile&&) = delete;
  ~TempFile();

  // Errors: kIo (no space, file-size limit, ...).
  Status Append(Bytes bytes);
  // Makes sure that the bytes are on the disk, then gives the file its name. Errors: kIo.
  Status Commit();

 private:
  TempFile(int descriptor, std::filesystem::path target, std::filesystem::path path);

  int descriptor_;
  std::filesystem::path target_;
  std::filesystem::path path_;  // empty when there is nothing to remove
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_TEMP_FILE_H_
