// What files are on POSIX alone: modes, named pipes and a device that is always full.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "os/atomic_file.h"
#include "os/line_log.h"
#include "os/write_all.h"

namespace dfn {
namespace {

TEST(PosixFilesTest, AReplacedFileKeepsItsMode) {
  const ScratchFolder folder;
  std::ofstream(folder / "a.txt") << "old";
  ASSERT_EQ(chmod((folder / "a.txt").c_str(), 0640), 0);
  auto output = AtomicFile::Create(folder / "a.txt", {.replace = true});
  ASSERT_TRUE(output.ok());
  ASSERT_TRUE(output->Commit().ok());
  struct stat status {};
  ASSERT_EQ(stat((folder / "a.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 0);
  EXPECT_EQ(status.st_mode & 0777u, 0640u);
}

TEST(PosixFilesTest, PipesAndDevicesAreNotReplaced) {
  const ScratchFolder folder;
  const std::filesystem::path pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const auto file = AtomicFile::Create(pipe, {.replace = true});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kIo);
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST(PosixFilesTest, APipeIsNoLog) {
  const ScratchFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(LineLog::Open(folder / "pipe", "").ok());
}

TEST(PosixFilesTest, AFullDeviceIsAnError) {
  const std::vector<uint8_t> bytes(1);
  const int full = open("/dev/full", O_WRONLY);
#if defined(__linux__)
  ASSERT_GE(full, 0);
#endif
  if (full < 0) GTEST_SKIP() << "NOT TESTED: this system has no /dev/full";
  EXPECT_EQ(WriteAll(full, bytes), ENOSPC);
  close(full);
}

}  // namespace
}  // namespace dfn
