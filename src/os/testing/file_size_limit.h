// A disk that is full, for tests on POSIX.
#ifndef DEEPFILTER_OS_TESTING_FILE_SIZE_LIMIT_H_
#define DEEPFILTER_OS_TESTING_FILE_SIZE_LIMIT_H_

#include <gtest/gtest.h>

#include <cstddef>

#include <signal.h>
#include <sys/resource.h>

namespace dfn {

// While an object of this class lives, no file of this process grows beyond `bytes`: a write that
// would make it longer stops in the middle ("File too large"), as it does on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(size_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    rlimit small = before_;
    small.rlim_cur = bytes;
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &before_), 0);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_ = {};
  void (*handler_)(int);
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_TESTING_FILE_SIZE_LIMIT_H_
