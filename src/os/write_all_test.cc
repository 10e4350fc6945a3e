#include "os/write_all.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <vector>

namespace dfn {
namespace {

TEST(WriteAllTest, GoesOnAfterShortWrites) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  // Larger than any pipe's buffer.
  const std::vector<uint8_t> bytes(3'000'000, 7);
  std::vector<uint8_t> read_bytes;
  std::thread reader([&] {
    uint8_t block[4096];
    for (ssize_t size; (size = read(ends[0], block, sizeof block)) > 0;) {
      read_bytes.insert(read_bytes.end(), block, block + size);
    }
  });
  EXPECT_EQ(WriteAll(ends[1], bytes), 0);
  close(ends[1]);
  reader.join();
  close(ends[0]);
  EXPECT_EQ(read_bytes, bytes);
}

TEST(WriteAllTest, ReturnsTheSystemsError) {
  const std::vector<uint8_t> bytes(1);
  EXPECT_EQ(WriteAll(-1, bytes), EBADF);
  EXPECT_EQ(WriteAll(-1, {}), 0);
  const int full = open("/dev/full", O_WRONLY);
  if (full < 0) GTEST_SKIP() << "NOT TESTED: this system has no /dev/full";
  EXPECT_EQ(WriteAll(full, bytes), ENOSPC);
  close(full);
}

}  // namespace
}  // namespace dfn
