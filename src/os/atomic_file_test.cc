#include "os/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "audio/testing/signal.h"

namespace dfn {
namespace {

std::string Content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteText(int descriptor, const std::string& text) {
  ASSERT_EQ(write(descriptor, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

TEST(AtomicOutputTest, AppearsAtCommitOnly) {
  const ScratchFolder folder;
  {
    auto output = AtomicOutput::Create(folder / "a.txt", false);
    ASSERT_TRUE(output.ok());
    WriteText(output->descriptor(), "whole");
    EXPECT_FALSE(std::filesystem::exists(folder / "a.txt"));
    ASSERT_TRUE(output->Commit().ok());
  }
  EXPECT_EQ(Content(folder / "a.txt"), "whole");
  EXPECT_EQ(std::filesystem::hard_link_count(folder / "a.txt"), 1u);
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(AtomicOutputTest, LeavesNothingWithoutCommit) {
  const ScratchFolder folder;
  {
    auto output = AtomicOutput::Create(folder / "a.txt", false);
    ASSERT_TRUE(output.ok());
    WriteText(output->descriptor(), "half");
    EXPECT_EQ(folder.Entries(), 1u);
  }
  EXPECT_EQ(folder.Entries(), 0u);
}

TEST(AtomicOutputTest, RefusesToReplaceUnlessAsked) {
  const ScratchFolder folder;
  std::ofstream(folder / "a.txt") << "old";
  const auto refused = AtomicOutput::Create(folder / "a.txt", false);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kExists);
  ASSERT_EQ(chmod((folder / "a.txt").c_str(), 0640), 0);
  auto output = AtomicOutput::Create(folder / "a.txt", true);
  ASSERT_TRUE(output.ok());
  WriteText(output->descriptor(), "new");
  EXPECT_EQ(Content(folder / "a.txt"), "old");
  ASSERT_TRUE(output->Commit().ok());
  EXPECT_EQ(Content(folder / "a.txt"), "new");
  struct stat status {};
  ASSERT_EQ(stat((folder / "a.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0640u);
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(AtomicOutputTest, KeepsAFileThatCameUpMeanwhile) {
  const ScratchFolder folder;
  {
    auto output = AtomicOutput::Create(folder / "a.txt", false);
    ASSERT_TRUE(output.ok());
    std::ofstream(folder / "a.txt") << "theirs";
    const Status status = output->Commit();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kExists);
  }
  EXPECT_EQ(Content(folder / "a.txt"), "theirs");
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(AtomicOutputTest, WritesThroughASymbolicLink) {
  const ScratchFolder folder;
  std::ofstream(folder / "real.txt") << "old";
  std::filesystem::create_symlink("real.txt", folder / "link.txt");
  auto output = AtomicOutput::Create(folder / "link.txt", true);
  ASSERT_TRUE(output.ok());
  WriteText(output->descriptor(), "new");
  ASSERT_TRUE(output->Commit().ok());
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.txt"));
  EXPECT_EQ(Content(folder / "real.txt"), "new");
}

TEST(AtomicOutputTest, SaysWhatIsWrongWithThePlace) {
  const ScratchFolder folder;
  const auto missing = AtomicOutput::Create(folder / "no/a.txt", false);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  std::ofstream(folder / "file") << "";
  const auto below_file = AtomicOutput::Create(folder / "file/a.txt", false);
  ASSERT_FALSE(below_file.ok());
  EXPECT_EQ(below_file.error().code, ErrorCode::kIo);
  EXPECT_FALSE(AtomicOutput::Create(folder / ".", true).ok());
}

}  // namespace
}  // namespace dfn
