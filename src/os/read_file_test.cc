#include "os/read_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <numeric>

#include "base/testing/scratch_folder.h"

namespace dfn {
namespace {

// Of no byte, of a few, and of more than a large page.
TEST(ReadFileTest, BothWaysReadAllBytes) {
  const ScratchFolder scratch;
  const auto path = scratch.path() / "file";
  for (size_t size : {size_t{0}, size_t{7}, (size_t{2} << 20) + 13}) {
    std::vector<uint8_t> bytes(size);
    std::iota(bytes.begin(), bytes.end(), uint8_t{1});
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(size));
    const auto read = ReadFile(path, {});
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(*read, bytes);
    const auto block = ReadFileBlock(path, {});
    ASSERT_TRUE(block.ok()) << block.error().message;
    const Bytes found = block->bytes();
    EXPECT_EQ(std::vector<uint8_t>(found.begin(), found.end()), bytes);
  }
}

TEST(ReadFileTest, BothWaysRefuseTheSame) {
  const ScratchFolder scratch;
  std::ofstream(scratch.path() / "file") << "content";
  const auto expect = [&](const std::filesystem::path& path, const Limits& limits, ErrorCode code) {
    const auto read = ReadFile(path, limits);
    const auto block = ReadFileBlock(path, limits);
    ASSERT_FALSE(read.ok() || block.ok()) << path;
    EXPECT_EQ(read.error().code, code) << path;
    EXPECT_EQ(block.error().code, code) << path;
    EXPECT_EQ(block.error().message, read.error().message);
  };
  expect(scratch.path() / "absent", {}, ErrorCode::kNotFound);
  expect(scratch.path(), {}, ErrorCode::kIo);
  expect(scratch.path() / "file", {.max_file_bytes = 6}, ErrorCode::kLimit);
}

}  // namespace
}  // namespace dfn
