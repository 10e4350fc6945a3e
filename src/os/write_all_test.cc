#include "os/write_all.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <thread>
#include <vector>

#include "os/descriptor.h"
#include "os/testing/pipe.h"

namespace dfn {
namespace {

TEST(WriteAllTest, GoesOnAfterShortWrites) {
  TestPipe pipe;
  // Larger than any pipe's buffer.
  const std::vector<uint8_t> bytes(3'000'000, 7);
  std::vector<uint8_t> read_bytes;
  std::thread reader([&] {
    uint8_t block[4096];
    for (size_t size; (size = ReadSome(pipe.reading.get(), block).count) > 0;) {
      read_bytes.insert(read_bytes.end(), block, block + size);
    }
  });
  EXPECT_EQ(WriteAll(pipe.writing.get(), bytes), 0);
  pipe.writing.Close();
  reader.join();
  EXPECT_EQ(read_bytes, bytes);
}

TEST(WriteAllTest, ReturnsTheSystemsError) {
  const std::vector<uint8_t> bytes(1);
  EXPECT_EQ(WriteAll(-1, bytes), EBADF);
  EXPECT_EQ(WriteAll(-1, {}), 0);
}

}  // namespace
}  // namespace dfn
