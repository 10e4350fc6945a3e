#include "os/line_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/testing/file_content.h"
#include "base/testing/scratch_folder.h"
#include "os/descriptor.h"

namespace dfn {
namespace {

using testing::HasSubstr;

void Write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

Status AgreeTorn(std::string_view /*line*/) { return {}; }

TEST(LineLogTest, AppendsWholeLines) {
  const ScratchFolder folder;
  auto log = LineLog::Open(folder / "log", "");
  ASSERT_TRUE(log.ok());
  EXPECT_TRUE(log->Append("a").ok());
  EXPECT_TRUE(log->Append("").ok());
  EXPECT_TRUE(log->Append(std::string(100'000, 'b')).ok());
  EXPECT_EQ(FileContent(folder / "log"), "a\n\n" + std::string(100'000, 'b') + "\n");
}

TEST(LineLogTest, ReviewRemovesLinesAndWhatIsTorn) {
  const ScratchFolder folder;
  // Longer than a block that is read at once.
  const std::string wide(200'000, 'w');
  Write(folder / "log", "keep 1\ndrop\n" + wide + "\nkeep 2\nto");
  auto log = LineLog::Open(folder / "log", "");
  ASSERT_TRUE(log.ok());
  std::vector<std::string> lines;
  std::string torn;
  const auto keep = [&](std::string_view line) -> Result<bool> {
    lines.emplace_back(line);
    return line != "drop";
  };
  const auto agree = [&](std::string_view line) -> Status {
    torn = line;
    return {};
  };
  ASSERT_TRUE(log->Review(keep, agree).ok());
  EXPECT_EQ(lines, (std::vector<std::string>{"keep 1", "drop", wide, "keep 2"}));
  EXPECT_EQ(torn, "to");
  EXPECT_EQ(FileContent(folder / "log"), "keep 1\n" + wide + "\nkeep 2\n");
  // The file that took the old one's place is the one that grows, and is locked.
  EXPECT_TRUE(log->Append("next").ok());
  EXPECT_EQ(FileContent(folder / "log"), "keep 1\n" + wide + "\nkeep 2\nnext\n");
  const auto second = LineLog::Open(folder / "log", "");
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("in use by another run"));
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(LineLogTest, ReviewThatRemovesNothingLeavesTheFile) {
  const ScratchFolder folder;
  Write(folder / "log", "a\nb\n");
  const auto before = IdentityOf(folder / "log");
  ASSERT_TRUE(before.has_value());
  auto log = LineLog::Open(folder / "log", "");
  ASSERT_TRUE(log.ok());
  ASSERT_TRUE(log->Review([](std::string_view) -> Result<bool> { return true; }, AgreeTorn).ok());
  EXPECT_EQ(IdentityOf(folder / "log"), before);
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(LineLogTest, AnErrorOfTheReviewLeavesTheFile) {
  const ScratchFolder folder;
  Write(folder / "log", "a\nb\nc");
  auto log = LineLog::Open(folder / "log", "");
  ASSERT_TRUE(log.ok());
  const Error no{ErrorCode::kCorrupt, "no"};
  const auto refuse = [&](std::string_view line) -> Result<bool> {
    if (line == "b") return no;
    return false;
  };
  EXPECT_FALSE(log->Review(refuse, AgreeTorn).ok());
  const auto drop = [](std::string_view) -> Result<bool> { return false; };
  EXPECT_FALSE(log->Review(drop, [&](std::string_view) -> Status { return no; }).ok());
  EXPECT_EQ(FileContent(folder / "log"), "a\nb\nc");
  EXPECT_EQ(folder.Entries(), 1u);
}

TEST(LineLogTest, ALineBeyondTheLimitIsRefused) {
  const ScratchFolder folder;
  Write(folder / "log", std::string(LineLog::kMostBytes + 100'000, 'x'));
  auto log = LineLog::Open(folder / "log", "");
  ASSERT_TRUE(log.ok());
  const auto keep = [](std::string_view) -> Result<bool> { return true; };
  const Status status = log->Review(keep, AgreeTorn);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kCorrupt);
}

TEST(LineLogTest, ClearStartsAnew) {
  const ScratchFolder folder;
  Write(folder / "log", "a\n");
  auto log = LineLog::Open(folder / "log", "");
  ASSERT_TRUE(log.ok());
  EXPECT_TRUE(log->Clear().ok());
  EXPECT_TRUE(log->Append("b").ok());
  EXPECT_EQ(FileContent(folder / "log"), "b\n");
}

TEST(LineLogTest, RefusesWhatIsNoFile) {
  const ScratchFolder folder;
  EXPECT_FALSE(LineLog::Open(folder.path(), "").ok());
  EXPECT_FALSE(LineLog::Open(folder / "none" / "log", "").ok());
}

}  // namespace
}  // namespace dfn
