#include "audio/media_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#if !defined(_WIN32)
#include <sys/stat.h>
#endif

#include <fstream>
#include <string>

#include "audio/sound_file.h"
#include "base/testing/scratch_folder.h"

namespace dfn {
namespace {

using namespace std::string_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

MediaKind Kind(const std::string& start) {
  return MediaOfBytes({reinterpret_cast<const uint8_t*>(start.data()), start.size()});
}

TEST(MediaKindTest, FirstBytesTellTheKind) {
  const std::string zeros(600, '\0');
  std::string transport(600, 'x');
  for (size_t at = 0; at + 188 <= transport.size(); at += 188) {
    transport.replace(at, 4, "G@\x11\x10");
  }
  std::string disc(600, 'x');
  for (size_t at = 4; at + 188 <= disc.size(); at += 192) disc.replace(at, 4, "G\1\0\x30"s);
  const std::pair<std::string, std::string> kinds[] = {
      {"\0\0\0\x1c"s + "ftypM4A \0\0\2\0"s, "MP4"},
      {"\0\0\0\x14"s + "ftypisom", "MP4"},
      {"\0\0\0\x14"s + "ftypqt  ", "QuickTime"},
      {"\0\0\0\x14"s + "ftyp3gp4", "3GP"},
      {"\x1a\x45\xdf\xa3\x01", "Matroska or WebM"},
      {"RIFF\x10\0\0\0AVI LIST"s, "AVI"},
      {"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", "Windows Media"},
      {"#!AMR-WB\n", "AMR"},
      {"MAC \x96\x0f"s, "Monkey's Audio"},
      {"wvpk\x10\0\0\0\x10\4"s, "WavPack"},
      {"TTA1\1\0\2\0"s, "True Audio"},
      {"OggS"s + zeros.substr(0, 24) + "Speex   ", "Speex"},
      {"OggS"s + zeros.substr(0, 24) + "\x80theora", "Ogg video"},
      {"\0\0\1\xba\x44"s, "MPEG"},
      {"\x7f\xfe\x80\1\xfc"s, "DTS"},
      {"FLV\1\5", "Flash video"},
      {"\xe0\x43\xff\xd8\xf8\x72\x6f\xba", "TrueHD"},
      {transport, "MPEG transport stream"},
      {disc, "MPEG transport stream"}};
  for (const auto& [start, format] : kinds) {
    EXPECT_EQ(Kind(start).format, format);
    EXPECT_FALSE(Kind(start).readable) << format;
  }
  for (const std::string& start : {"RIFF\x10\0\0\0WAVEfmt "s, "fLaC\0"s, "caff\0\1"s,
                                   "FORM\0\0\0\x10"
                                   "AIFF"s,
                                   "ID3\4\0"s, "OggS"s + zeros.substr(0, 24) + "OpusHead"}) {
    EXPECT_TRUE(Kind(start).readable) << start;
  }
}

TEST(MediaKindTest, OtherDataAreNone) {
  const std::string zeros(600, '\0');
  for (const std::string& start : {""s,
                                   "f"s,
                                   "ftyp"s,
                                   zeros,
                                   "%PDF-1.7"s,
                                   "\x89PNG\r\n\x1a\n"s,
                                   "\xff\xd8\xff\xe0"s,
                                   "PK\3\4"s,
                                   "\0\0\0\x18"s + "ftypheic",
                                   "\0\0\0\x18"s + "ftypavif",
                                   "\0\0\0\x18"s + "ftypcrx ",
                                   "RIFF\x10\0\0\0WEBP"s,
                                   "RIFF\x10\0\0\0sfbk"s,
                                   "MAC addresses of the studio"s,
                                   "TTA1 is a word"s,
                                   "wvpk is none"s,
                                   "ID3 is a tag"s,
                                   ".snd files"s,
                                   "DSD is a format"s,
                                   std::string(600, 'G'),
                                   "/dts-v1/;"s,
                                   "MThd\0\0"s}) {
    EXPECT_EQ(Kind(start).format, "") << start;
  }
}

TEST(MediaKindTest, NamesTellItInAnyCase) {
  for (const char* name :
       {"a.m4a", "A.M4A", "in/b.Mp4", "c.mkv", "d.aac", "e.WMA", "f.amr", "g.webm", "h.mov",
        "i.3gp", "j.mka", "k.ac3", "l.ape", "m.wv", "n.tta", "o.m4b"}) {
    EXPECT_NE(MediaOfName(name).format, "") << name;
    EXPECT_FALSE(MediaOfName(name).readable) << name;
  }
  // Sounds that are read, other data, and extensions with a second meaning.
  for (const char* name :
       {"a.wav", "a.caf", "a.flac", "a.opus", "a.mp3", "a.txt", "a.jpg", "a.pdf", "a.m3u", "a.mid",
        "a.ts", "a.mts", "a.dts", "m4a", ".m4a", "a.m4a.txt"}) {
    EXPECT_EQ(MediaOfName(name).format, "") << name;
  }
}

// The bytes count more than the name.
TEST(MediaKindTest, AFileIsLookedInto) {
  const ScratchFolder folder;
  std::ofstream(folder / "a.m4a") << "\x1a\x45\xdf\xa3";
  std::ofstream(folder / "b.m4a") << "a text";
  std::ofstream(folder / "c.ts") << "export const answer = 42;";
  std::ofstream(folder / "d");
  EXPECT_EQ(MediaOfFile(folder / "a.m4a").format, "Matroska or WebM");
  EXPECT_EQ(MediaOfFile(folder / "b.m4a").format, "MP4");
  EXPECT_EQ(MediaOfFile(folder / "c.ts").format, "");
  EXPECT_EQ(MediaOfFile(folder / "d").format, "");
  EXPECT_EQ(MediaOfFile(folder / "none").format, "");
  EXPECT_EQ(MediaOfFile(folder.path()).format, "");
#if !defined(_WIN32)
  // A pipe is not waited for.
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(MediaOfFile(folder / "pipe").format, "");
#endif
}

TEST(MediaKindTest, AdviceIsACommandThatRuns) {
  EXPECT_THAT(ConvertAdvice("in/phone.m4a"), EndsWith(": ffmpeg -i in/phone.m4a in/phone.wav"));
  EXPECT_THAT(ConvertAdvice("my talk.mp4"), EndsWith(": ffmpeg -i 'my talk.mp4' 'my talk.wav'"));
  EXPECT_THAT(ConvertAdvice("-x.m4a"), EndsWith(": ffmpeg -i ./-x.m4a ./-x.wav"));
  // No output is the input.
  EXPECT_THAT(ConvertAdvice("x.WAV"), EndsWith(": ffmpeg -i x.WAV x.new.wav"));
  EXPECT_THAT(ConvertAdvice("bell\a.m4a"), EndsWith(" with ffmpeg"));
}

TEST(MediaKindTest, ARefusedSoundFileIsExplained) {
  const ScratchFolder folder;
  const auto refusal = [&](const std::string& name, const std::string& bytes) {
    std::ofstream(folder / name, std::ios::binary) << bytes;
    const auto reader = OpenSoundFile(folder / name);
    EXPECT_FALSE(reader.ok());
    if (reader.ok()) return std::string();
    EXPECT_EQ(reader.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(reader.error().message, StartsWith((folder / name).string()));
    return reader.error().message;
  };
  const std::string mp4 = "\0\0\0\x1c"s + "ftypM4A \0\0\2\0"s + std::string(100, 'x');
  EXPECT_THAT(refusal("a.m4a", mp4), HasSubstr("is MP4, which cannot be read; make a WAV file"));
  // As a name that is wrong has it.
  EXPECT_THAT(refusal("b.wav", mp4), HasSubstr("is MP4, which cannot be read; make a WAV file"));
  EXPECT_THAT(refusal("c", mp4), HasSubstr("is MP4, which cannot be read; make a WAV file"));
  EXPECT_THAT(refusal("d.aac", "\xff\xf1\x4c\x40"), HasSubstr("is AAC, which cannot be read"));
  EXPECT_THAT(refusal("g.wav", ""), HasSubstr("is empty; "));
  EXPECT_THAT(refusal("h.m4a", "version https://git-lfs.github.com/spec/v1\n"),
              HasSubstr("is a Git LFS pointer"));
  EXPECT_THAT(refusal("e.wav", "no sound"), HasSubstr("not a sound file that can be read"));
  EXPECT_THAT(refusal("f.flac", "fLaC damaged"), HasSubstr("not a sound file that can be read"));
}

}  // namespace
}  // namespace dfn
