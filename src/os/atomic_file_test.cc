#include "os/atomic_file.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/testing/file_content.h"
#include "base/testing/scratch_folder.h"
#include "base/testing/symbolic_link.h"
#include "os/descriptor.h"

namespace dfn {
namespace {

void WriteText(AtomicFile& file, const std::string& text) {
  ASSERT_TRUE(file.Append({reinterpret_cast<const uint8_t*>(text.data()), text.size()}).ok());
}

TEST(AtomicFileTest, AppearsAtCommitOnly) {
  const ScratchFolder folder;
  {
    auto output = AtomicFile::Create(folder / "a.txt", {.replace = false});
    ASSERT_TRUE(output.ok());
    WriteText(*output, "whole");
    EXPECT_FALSE(std::filesystem::exists(folder / "a.txt"));
    ASSERT_TRUE(output->Commit().ok());
  }
  EXPECT_EQ(FileContent(folder / "a.txt"), "whole");
  EXPECT_EQ(std::filesystem::hard_link_count(folder / "a.txt"), 1u);
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(AtomicFileTest, LeavesNothingWithoutCommit) {
  const ScratchFolder folder;
  {
    auto output = AtomicFile::Create(folder / "a.txt", {.replace = false});
    ASSERT_TRUE(output.ok());
    WriteText(*output, "half");
    EXPECT_EQ(folder.Entries(), 1u);
  }
  EXPECT_EQ(folder.Entries(), 0u);
}

TEST(AtomicFileTest, TemporariesOfALabelCanBeRemoved) {
  const ScratchFolder folder;
  auto mine = AtomicFile::Create(folder / "a.txt", {.label = "mine"});
  auto other = AtomicFile::Create(folder / "b.txt", {.label = "other"});
  ASSERT_TRUE(mine.ok() && other.ok());
  std::ofstream(folder / "mine") << "no temporary file";
  EXPECT_EQ(folder.Entries(), 3u);
  RemoveTemporaries(folder.path(), "mine");
  // Older Windows keeps a name until the file is closed.
  EXPECT_FALSE(mine->Commit().ok());
  EXPECT_EQ(folder.Entries(), 2u);
  EXPECT_TRUE(other->Commit().ok());
  EXPECT_EQ(folder.Entries(), 2u);
  RemoveTemporaries(folder / "absent", "mine");
}

// Makes a file look as if it was last written to an hour ago.
void MakeOld(const std::filesystem::path& file) {
  std::filesystem::last_write_time(
      file, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
}

TEST(AtomicFileTest, LeftoversOfKilledProcessesAreToldFromFilesInUse) {
  const ScratchFolder folder;
  auto open_file = AtomicFile::Create(folder / "a.txt", {.label = "mine"});
  ASSERT_TRUE(open_file.ok());
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    MakeOld(entry.path());
  }
  const std::filesystem::path left = folder / ".deepfilter-123-0.part";
  const std::filesystem::path fresh = folder / ".deepfilter-label-124-0.part";
  const std::filesystem::path another = folder / ".another-125-0.part";
  for (const auto& file : {left, fresh, another}) std::ofstream(file) << "half";
  MakeOld(left);
  MakeOld(another);
  EXPECT_EQ(StaleTemporaries(folder.path()), std::vector<std::filesystem::path>{left});
  RemoveStaleTemporaries(folder.path());
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_EQ(folder.Entries(), 3u);
  EXPECT_TRUE(open_file->Commit().ok());
  EXPECT_TRUE(StaleTemporaries(folder / "absent").empty());
}

TEST(AtomicFileTest, RefusesToReplaceUnlessAsked) {
  const ScratchFolder folder;
  std::ofstream(folder / "a.txt") << "old";
  const auto refused = AtomicFile::Create(folder / "a.txt", {.replace = false});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kExists);
  auto output = AtomicFile::Create(folder / "a.txt", {.replace = true});
  ASSERT_TRUE(output.ok());
  WriteText(*output, "new");
  EXPECT_EQ(FileContent(folder / "a.txt"), "old");
  ASSERT_TRUE(output->Commit().ok());
  EXPECT_EQ(FileContent(folder / "a.txt"), "new");
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(AtomicFileTest, KeepsAFileThatCameUpMeanwhile) {
  const ScratchFolder folder;
  {
    auto output = AtomicFile::Create(folder / "a.txt", {.replace = false});
    ASSERT_TRUE(output.ok());
    std::ofstream(folder / "a.txt") << "theirs";
    const Status status = output->Commit();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::kExists);
  }
  EXPECT_EQ(FileContent(folder / "a.txt"), "theirs");
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(AtomicFileTest, WritesThroughASymbolicLink) {
  const ScratchFolder folder;
  std::ofstream(folder / "real.txt") << "old";
  DFN_SYMLINK_OR_SKIP(create_symlink, "real.txt", folder / "link.txt");
  auto output = AtomicFile::Create(folder / "link.txt", {.replace = true});
  ASSERT_TRUE(output.ok());
  WriteText(*output, "new");
  ASSERT_TRUE(output->Commit().ok());
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.txt"));
  EXPECT_EQ(FileContent(folder / "real.txt"), "new");
}

TEST(AtomicFileTest, ADurableFileIsTheSame) {
  const ScratchFolder folder;
  auto output = AtomicFile::Create(folder / "a.txt", {.durable = true});
  ASSERT_TRUE(output.ok());
  WriteText(*output, "on the ");
  WriteText(*output, "disk");
  ASSERT_TRUE(output->Commit().ok());
  EXPECT_EQ(FileContent(folder / "a.txt"), "on the disk");
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(AtomicFileTest, LibrariesWriteToTheDescriptor) {
  const ScratchFolder folder;
  auto output = AtomicFile::Create(folder / "a.txt", {});
  ASSERT_TRUE(output.ok());
  WriteText(*output, "0123");
  ASSERT_TRUE(SeekTo(output->descriptor(), 1));
  WriteText(*output, "X");
  ASSERT_TRUE(output->Commit().ok());
  EXPECT_EQ(FileContent(folder / "a.txt"), "0X23");
}

TEST(AtomicFileTest, ALinkToNothingHasTheName) {
  const ScratchFolder folder;
  DFN_SYMLINK_OR_SKIP(create_symlink, "nothing.txt", folder / "link.txt");
  const auto refused = AtomicFile::Create(folder / "link.txt", {.replace = false});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kExists);
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(AtomicFileTest, AnotherNameWhereTheFirstIsTaken) {
  const ScratchFolder folder;
  auto file = AtomicFile::Create(folder / "a.txt", {.replace = false});
  ASSERT_TRUE(file.ok());
  WriteText(*file, "new");
  std::ofstream(folder / "a.txt") << "other";
  std::ofstream(folder / "b.txt") << "another";
  EXPECT_EQ(file->Commit().error().code, ErrorCode::kExists);
  EXPECT_EQ(file->CommitAs("b.txt").error().code, ErrorCode::kExists);
  ASSERT_TRUE(file->CommitAs("c.txt").ok());
  EXPECT_EQ(FileContent(folder / "c.txt"), "new");
  EXPECT_EQ(FileContent(folder / "a.txt"), "other");
  EXPECT_EQ(folder.Entries(), 3u);
}

TEST(AtomicFileTest, SaysWhatIsWrongWithThePlace) {
  const ScratchFolder folder;
  const auto missing = AtomicFile::Create(folder / "no/a.txt", {.replace = false});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kIo);
  EXPECT_NE(missing.error().message.find("no folder"), std::string::npos);
  std::ofstream(folder / "file") << "";
  const auto below_file = AtomicFile::Create(folder / "file/a.txt", {.replace = false});
  ASSERT_FALSE(below_file.ok());
  EXPECT_EQ(below_file.error().code, ErrorCode::kIo);
  EXPECT_FALSE(AtomicFile::Create(folder / ".", {.replace = true}).ok());
}

}  // namespace
}  // namespace dfn
