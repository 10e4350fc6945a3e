#include "audio/tag_picture.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "base/testing/scratch_folder.h"
#include "os/descriptor.h"

namespace dfn {
namespace {

using std::string_literals::operator""s;

bool HasPicture(const std::string& bytes) {
  const ScratchFolder folder;
  std::ofstream(folder / "a", std::ios::binary) << bytes;
  const OwnedDescriptor file = OpenFile(folder / "a", OpenFor::kReading).descriptor;
  return HasTagPicture(FileView(file.get()));
}

// A tag of ID3v2 with these frames, and sound after it.
std::string Id3(char version, const std::string& frames, char flags = 0) {
  const std::string size = {0, 0, static_cast<char>(frames.size() >> 7),
                            static_cast<char>(frames.size() & 0x7f)};
  return "ID3"s + version + '\0' + flags + size + frames + "APIC and so on";
}

TEST(TagPictureTest, FramesOfId3AreLookedAt) {
  const std::string title = "TIT2\0\0\0\3\0\0abc"s;
  EXPECT_TRUE(HasPicture(Id3(4, title + "APIC\0\0\0\1\0\0x"s)));
  EXPECT_TRUE(HasPicture(Id3(3, title + "APIC\0\0\0\1\0\0x"s)));
  EXPECT_TRUE(HasPicture(Id3(2, "TT2\0\0\3abcPIC\0\0\1x"s)));
  // Sizes have seven bits a byte in 2.4 and eight before.
  const std::string long_title = std::string(128, 'y') + "APIC\0\0\0\1\0\0x"s;
  EXPECT_TRUE(HasPicture(Id3(4, "TIT2\0\0\1\0\0\0"s + long_title)));
  EXPECT_TRUE(HasPicture(Id3(3, "TIT2\0\0\0\x80\0\0"s + long_title)));
  // Extended headers.
  EXPECT_TRUE(HasPicture(Id3(3, "\0\0\0\6\0\0\0\0\0\0"s + "APIC\0\0\0\1\0\0x"s, 0x40)));
  EXPECT_TRUE(HasPicture(Id3(4, "\0\0\0\6\1\0"s + "APIC\0\0\0\1\0\0x"s, 0x40)));
  // Neither a text nor what follows the tag is a frame.
  EXPECT_FALSE(HasPicture(Id3(4, "TIT2\0\0\0\4\0\0APIC"s)));
  EXPECT_FALSE(HasPicture(Id3(4, title)));
  EXPECT_FALSE(HasPicture(Id3(4, title + std::string(20, '\0'))));
  EXPECT_FALSE(HasPicture(Id3(5, title + "APIC\0\0\0\1\0\0x"s)));
}

TEST(TagPictureTest, BlocksOfFlacAndCommentsOfOggAreLookedAt) {
  const std::string info = "fLaC\0\0\0\2xx"s;
  EXPECT_TRUE(HasPicture(info + "\x86\0\0\1x"s));
  EXPECT_FALSE(HasPicture(info + "\x84\0\0\1x"s + "\6\0\0\1x"s));
  EXPECT_TRUE(HasPicture("OggS" + std::string(100, 'x') + "Metadata_Block_Picture=AAAA"));
  EXPECT_FALSE(HasPicture("OggS" + std::string(100, 'x') + "metadata_block=AAAA"));
}

TEST(TagPictureTest, ADamagedTagEndsTheSearch) {
  EXPECT_FALSE(HasPicture(""));
  EXPECT_FALSE(HasPicture("ID3\4"));
  EXPECT_FALSE(HasPicture("ID3\4\0\0\x7f\x7f\x7f\x7f"s));
  EXPECT_FALSE(HasPicture(Id3(4, "TIT2\x7f\x7f\x7f\x7f\0\0abc"s)));
  EXPECT_FALSE(HasPicture(Id3(3, "\xff\xff\xff\xff"s, 0x40)));
  EXPECT_FALSE(HasPicture("fLaC\0\xff\xff\xff"s));
}

}  // namespace
}  // namespace dfn
