// An empty folder for a test's files.
#ifndef DEEPFILTER_BASE_TESTING_SCRATCH_FOLDER_H_
#define DEEPFILTER_BASE_TESTING_SCRATCH_FOLDER_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>

namespace dfn {

// Below GoogleTest's folder for temporary files, with a name that no other test and no other process
// uses. The destructor removes the folder with everything in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::random_device random;
    std::error_code error;
    do {
      path_ = std::filesystem::path(testing::TempDir()) /
              ("deepfilter-test-" + std::to_string(random()));
    } while (!std::filesystem::create_directories(path_, error) && !error);
    EXPECT_FALSE(error) << path_ << ": " << error.message();
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  // Number of files and folders directly in it.
  size_t Entries() const {
    const std::filesystem::directory_iterator entries(path_);
    return static_cast<size_t>(std::distance(begin(entries), end(entries)));
  }

 private:
  std::filesystem::path path_;
};

}  // namespace dfn

#endif  // DEEPFILTER_BASE_TESTING_SCRATCH_FOLDER_H_
