#include "os/descriptor.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/path_text.h"
#include "base/testing/file_content.h"
#include "base/testing/scratch_folder.h"
#include "os/environment.h"
#include "os/file_names.h"
#include "os/read_file.h"
#include "os/write_all.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

Bytes AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string AsText(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

// In Latin, Greek, Japanese and beyond the first 65536 characters.
constexpr char kUnicodeName[] =
    "Tonspur \xc3\xa9 \xce\xa9 \xe9\x9f\xb3\xe5\xa3\xb0 \xf0\x9f\x8e\xa7.txt";

TEST(DescriptorTest, NamesOfAllScriptsAreOpenedWrittenAndRead) {
  const ScratchFolder folder;
  const fs::path path = folder.path() / PathOf(kUnicodeName);
  {
    const OpenedFile made = CreateNewFile(path, {});
    ASSERT_EQ(made.error, 0);
    EXPECT_EQ(WriteAll(made.descriptor.get(), AsBytes("a\r\nb\n\x1a")), 0);
  }
  const auto content = ReadFile(path, {});
  ASSERT_TRUE(content.ok());
  EXPECT_EQ(AsText(*content), "a\r\nb\n\x1a");
  const fs::directory_iterator first(folder.path());
  EXPECT_EQ(PathText(first->path().filename()), kUnicodeName);
  EXPECT_EQ(StatusOf(path).bytes, 6u);
}

TEST(DescriptorTest, TellsKindsAndIdentities) {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "12345";
  std::ofstream(folder / "b") << "12345";
  EXPECT_EQ(StatusOf(folder / "a").kind, FileKind::kRegular);
  EXPECT_EQ(StatusOf(folder.path()).kind, FileKind::kFolder);
  EXPECT_EQ(StatusOf(folder / "absent").kind, FileKind::kNone);
  const OpenedFile opened = OpenFile(folder / "a", OpenFor::kReading);
  ASSERT_EQ(opened.error, 0);
  EXPECT_EQ(IdentityOf(opened.descriptor.get()), IdentityOf(folder.path() / "." / "a"));
  EXPECT_NE(IdentityOf(folder / "a"), IdentityOf(folder / "b"));
  EXPECT_FALSE(IdentityOf(folder / "absent").has_value());
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  constexpr int64_t kMinuteNs = 60'000'000'000;
  EXPECT_NEAR(static_cast<double>(StatusOf(folder / "a").mtime_ns - now_ns), 0.0, kMinuteNs);
}

TEST(DescriptorTest, ReadingAndWritingAtAPlaceKeepsThePosition) {
  const ScratchFolder folder;
  const OpenedFile file = CreateNewFile(folder / "a", {});
  ASSERT_EQ(file.error, 0);
  const int descriptor = file.descriptor.get();
  ASSERT_EQ(WriteAll(descriptor, AsBytes("0123456789")), 0);
  ASSERT_TRUE(SeekTo(descriptor, 2));
  std::vector<uint8_t> bytes(4);
  EXPECT_EQ(ReadAt(descriptor, 5, bytes).count, 4u);
  EXPECT_EQ(AsText(bytes), "5678");
  EXPECT_EQ(ReadAt(descriptor, 8, bytes).count, 2u);
  EXPECT_EQ(ReadAt(descriptor, 100, bytes).count, 0u);
  EXPECT_EQ(WriteAt(descriptor, 3, AsBytes("abc")), 0);
  EXPECT_EQ(Position(descriptor), 2u);
  EXPECT_EQ(ReadSome(descriptor, bytes).count, 4u);
  EXPECT_EQ(AsText(bytes), "2abc");
  EXPECT_EQ(SeekToEnd(descriptor), 10u);
  EXPECT_EQ(Truncate(descriptor, 4), 0);
  EXPECT_EQ(StatusOf(descriptor).bytes, 4u);
}

TEST(DescriptorTest, ALockIsForOneOpening) {
  const ScratchFolder folder;
  OpenedFile first = OpenFile(folder / "log", OpenFor::kLog);
  const OpenedFile second = OpenFile(folder / "log", OpenFor::kLog);
  ASSERT_TRUE(first.error == 0 && second.error == 0);
  EXPECT_TRUE(TryLock(first.descriptor.get()));
  EXPECT_FALSE(TryLock(second.descriptor.get()));
  // Whatever has it locked, others may read and write it.
  EXPECT_EQ(WriteAll(second.descriptor.get(), AsBytes("line\n")), 0);
  EXPECT_EQ(FileContent(folder / "log"), "line\n");
  EXPECT_EQ(first.descriptor.Close(), 0);
  EXPECT_TRUE(TryLock(second.descriptor.get()));
}

TEST(DescriptorTest, AnOpenFileCanBeReplacedAndRemoved) {
  const ScratchFolder folder;
  std::ofstream(folder / "old") << "old";
  std::ofstream(folder / "new") << "new";
  const OpenedFile opened = OpenFile(folder / "old", OpenFor::kReading);
  ASSERT_EQ(opened.error, 0);
  EXPECT_EQ(RenameFile(folder / "new", folder / "old", true), 0);
  EXPECT_EQ(FileContent(folder / "old"), "new");
  std::vector<uint8_t> bytes(3);
  EXPECT_EQ(ReadSome(opened.descriptor.get(), bytes).count, 3u);
  EXPECT_EQ(AsText(bytes), "old");
  OpenedFile again = OpenFile(folder / "old", OpenFor::kReading);
  RemoveFile(folder / "old");
  // Older Windows keeps the name until the file is closed.
  EXPECT_EQ(again.descriptor.Close(), 0);
  EXPECT_EQ(StatusOf(folder / "old").kind, FileKind::kNone);
}

TEST(DescriptorTest, ARenameTakesNoNameUnasked) {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "a";
  std::ofstream(folder / "b") << "b";
  EXPECT_EQ(RenameFile(folder / "a", folder / "b", false), EEXIST);
  EXPECT_EQ(FileContent(folder / "b"), "b");
  EXPECT_EQ(RenameFile(folder / "a", folder.path() / PathOf(kUnicodeName), false), 0);
  EXPECT_EQ(FileContent(folder.path() / PathOf(kUnicodeName)), "a");
  EXPECT_EQ(CreateNewFile(folder / "b", {}).error, EEXIST);
  EXPECT_EQ(OpenFile(folder / "absent", OpenFor::kReading).error, ENOENT);
}

TEST(DescriptorTest, TellsNamesOfOneFile) {
  EXPECT_EQ(NameKey(fs::path("a") / "b" / ".." / "c.wav"), NameKey(fs::path("a") / "c.wav"));
  EXPECT_NE(NameKey("a.wav"), NameKey("b.wav"));
#if defined(_WIN32)
  EXPECT_EQ(NameKey(PathOf("\xc3\x84\\A.WAV")), NameKey(PathOf("\xc3\xa4/a.wav")));
#elif !defined(__APPLE__)
  EXPECT_NE(NameKey("A.wav"), NameKey("a.wav"));
#endif
}

TEST(EnvironmentTest, ValuesAreText) {
  PutEnvironmentVariable("DEEPFILTER_TEST_VARIABLE", kUnicodeName);
  EXPECT_EQ(EnvironmentVariable("DEEPFILTER_TEST_VARIABLE"), kUnicodeName);
  EXPECT_FALSE(EnvironmentVariable("DEEPFILTER_TEST_ABSENT").has_value());
  // Longer than any buffer that a call might begin with.
  const std::string value(5000, 'x');
  PutEnvironmentVariable("DEEPFILTER_TEST_VARIABLE", value);
  EXPECT_EQ(EnvironmentVariable("DEEPFILTER_TEST_VARIABLE"), value);
}

}  // namespace
}  // namespace dfn
