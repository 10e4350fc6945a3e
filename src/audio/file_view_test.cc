#include "audio/file_view.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "base/testing/scratch_folder.h"

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
  const int descriptor = open((folder / "a").c_str(), O_RDONLY);
  ASSERT_EQ(lseek(descriptor, 2, SEEK_SET), 2);
  const FileView view(descriptor);
  EXPECT_EQ(view.size(), 8u);
  EXPECT_EQ(ReadText(view, 1, 3), "345");
  EXPECT_EQ(ReadText(view, 6, 100), "89");
  EXPECT_EQ(ReadText(view, 8, 1), "");
  EXPECT_EQ(lseek(descriptor, 0, SEEK_CUR), 2);
  close(descriptor);
}

TEST(FileViewTest, KeepsTheErrorOfTheSystem) {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "0123456789";
  const int descriptor = open((folder / "a").c_str(), O_WRONLY);
  const FileView view(descriptor);
  EXPECT_EQ(view.size(), 10u);
  EXPECT_EQ(ReadText(view, 10, 1), "");
  EXPECT_EQ(view.error(), 0);
  const PiecedFile file(view, {{{}, 0, 10}});
  EXPECT_EQ(ReadText(file, 0, 1), "");
  EXPECT_EQ(view.error(), EBADF);
  close(descriptor);
}

TEST(FileViewTest, APipeHasNoBytes) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(FileView(ends[0]).size(), 0u);
  close(ends[0]);
  close(ends[1]);
}

TEST(PiecedFileTest, ReadsAcrossItsPieces) {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "0123456789";
  const int descriptor = open((folder / "a").c_str(), O_RDONLY);
  const PiecedFile file(
      FileView(descriptor),
      {{{}, 0, 2}, {{'a', 'b', 'c'}, 0, 0}, {{}, 5, 0}, {{}, 5, 4}, {{'d'}, 0, 0}});
  const std::string whole = "01abc5678d";
  EXPECT_EQ(file.size(), whole.size());
  for (size_t offset = 0; offset <= whole.size(); ++offset) {
    for (size_t size = 0; size < 12; ++size) {
      EXPECT_EQ(ReadText(file, offset, size), whole.substr(offset, size));
    }
  }
  EXPECT_EQ(ReadText(file, 100, 1), "");
  close(descriptor);
}

TEST(PiecedFileTest, EndsWhereTheFileBecameShorter) {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "01234";
  const int descriptor = open((folder / "a").c_str(), O_RDONLY);
  const PiecedFile file(FileView(descriptor), {{{}, 3, 10}, {{'a'}, 0, 0}});
  EXPECT_EQ(ReadText(file, 0, 11), "34");
  close(descriptor);
}

}  // namespace
}  // namespace dfn
