#include "audio/file_view.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "base/testing/scratch_folder.h"
#include "os/descriptor.h"
#include "os/testing/pipe.h"

namespace dfn {
namespace {

template <class File>
std::string ReadText(const File& file, uint64_t offset, size_t size) {
  std::vector<uint8_t> bytes(size);
  bytes.resize(file.Read(offset, bytes));
  return {bytes.begin(), bytes.end()};
}

TEST(FileViewTest, BeginsAtTheDescriptorsPosition) {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "0123456789";
  const OwnedDescriptor file = OpenFile(folder / "a", OpenFor::kReading).descriptor;
  ASSERT_TRUE(SeekTo(file.get(), 2));
  const FileView view(file.get());
  EXPECT_EQ(view.size(), 8u);
  EXPECT_EQ(ReadText(view, 1, 3), "345");
  EXPECT_EQ(ReadText(view, 6, 100), "89");
  EXPECT_EQ(ReadText(view, 8, 1), "");
  EXPECT_EQ(Position(file.get()), 2u);
}

TEST(FileViewTest, KeepsTheErrorOfTheSystem) {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "0123456789";
  const OwnedDescriptor file_to_write = OpenFile(folder / "a", OpenFor::kWriting).descriptor;
  const FileView view(file_to_write.get());
  EXPECT_EQ(view.size(), 10u);
  EXPECT_EQ(ReadText(view, 10, 1), "");
  EXPECT_EQ(view.error(), 0);
  const PiecedFile file(view, {{{}, 0, 10}});
  EXPECT_EQ(ReadText(file, 0, 1), "");
  // EBADF, or EACCES on Windows.
  EXPECT_NE(view.error(), 0);
}

TEST(FileViewTest, APipeHasNoBytes) {
  const TestPipe pipe;
  EXPECT_EQ(FileView(pipe.reading.get()).size(), 0u);
}

TEST(PiecedFileTest, ReadsAcrossItsPieces) {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "0123456789";
  const OwnedDescriptor opened = OpenFile(folder / "a", OpenFor::kReading).descriptor;
  const PiecedFile file(
      FileView(opened.get()),
      {{{}, 0, 2}, {{'a', 'b', 'c'}, 0, 0}, {{}, 5, 0}, {{}, 5, 4}, {{'d'}, 0, 0}});
  const std::string whole = "01abc5678d";
  EXPECT_EQ(file.size(), whole.size());
  for (size_t offset = 0; offset <= whole.size(); ++offset) {
    for (size_t size = 0; size < 12; ++size) {
      EXPECT_EQ(ReadText(file, offset, size), whole.substr(offset, size));
    }
  }
  EXPECT_EQ(ReadText(file, 100, 1), "");
}

TEST(PiecedFileTest, EndsWhereTheFileBecameShorter) {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "01234";
  const OwnedDescriptor opened = OpenFile(folder / "a", OpenFor::kReading).descriptor;
  const PiecedFile file(FileView(opened.get()), {{{}, 3, 10}, {{'a'}, 0, 0}});
  EXPECT_EQ(ReadText(file, 0, 11), "34");
}

}  // namespace
}  // namespace dfn
