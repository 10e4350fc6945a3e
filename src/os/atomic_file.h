// An output file that appears under its name whole or not at all.
#ifndef DEEPFILTER_OS_ATOMIC_FILE_H_
#define DEEPFILTER_OS_ATOMIC_FILE_H_

#include <filesystem>

#include "base/result.h"

namespace dfn {

// A hidden temporary file in the folder of `target`, open for reading and writing. The destructor
// removes it unless Commit gave it its name.
class AtomicOutput {
 public:
  // With `replace` an existing target is replaced at Commit (through a symbolic link: what it
  // points to), and its permissions are kept. Errors: kExists, kNotFound (no such folder), kIo.
  static Result<AtomicOutput> Create(const std::filesystem::path& target, bool replace);

  AtomicOutput(AtomicOutput&& other) noexcept;
  AtomicOutput& operator=(AtomicOutput&&) = delete;
  ~AtomicOutput();

  int descriptor() const { return descriptor_; }

  // Closes the file and gives it its name. Errors: kIo; kExists when a file of that name has come
  // up meanwhile. Then nothing is left behind.
  Status Commit();

 private:
  AtomicOutput(std::filesystem::path target, std::filesystem::path temporary, int descriptor,
               bool replace);

  std::filesystem::path target_;
  std::filesystem::path temporary_;  // empty: nothing to remove
  int descriptor_;
  bool replace_;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_ATOMIC_FILE_H_
