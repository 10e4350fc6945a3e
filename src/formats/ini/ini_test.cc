#include "formats/ini/ini.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

using std::string_literals::operator""s;

Result<IniFile> Parse(const std::string& text, const Limits& limits = {}) {
  return IniFile::Parse(Bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size()),
                        "config.ini", limits);
}

IniFile Parsed(const std::string& text) {
  auto file = Parse(text);
  EXPECT_TRUE(file.ok()) << file.error().message;
  return file.ok() ? *std::move(file) : IniFile();
}

void ExpectError(const std::string& text, ErrorCode code, const std::string& message) {
  const auto file = Parse(text);
  ASSERT_FALSE(file.ok()) << message;
  EXPECT_EQ(file.error().code, code);
  EXPECT_EQ(file.error().message, message);
}

TEST(IniTest, SectionsKeysAndValues) {
  const IniFile file = Parsed(
      "# made by train\n"
      "[train]\n"
      "batch = 0/8,1/16,2/24\n"
      "device =\n"
      "sr: 48000\n"
      "\n"
      "  ; another comment\n"
      "[DF] trailing\n"
      "Nb_Erb=32  \n");
  EXPECT_EQ(file.Get("train", "batch"), "0/8,1/16,2/24");
  EXPECT_EQ(file.Get("train", "device"), "");
  EXPECT_EQ(file.Get("train", "sr"), "48000");
  EXPECT_EQ(file.Get("df", "nb_erb"), "32");
  EXPECT_EQ(file.Get("Df", "NB_ERB"), "32");
  EXPECT_EQ(file.Get("df", "sr"), std::nullopt);
  EXPECT_EQ(file.Get("none", "sr"), std::nullopt);
  EXPECT_TRUE(file.HasSection("train"));
  EXPECT_FALSE(file.HasSection("none"));
}

TEST(IniTest, CommentSignsInsideALineBelongToTheValue) {
  const IniFile file = Parsed("[a;b#c]\nx = 1 ; not a comment # nor this\ny#z ;w = a:b=c\n");
  EXPECT_EQ(file.Get("a;b#c", "x"), "1 ; not a comment # nor this");
  EXPECT_EQ(file.Get("a;b#c", "y#z ;w"), "a:b=c");
}

TEST(IniTest, DeeperLinesContinueAValue) {
  const IniFile file = Parsed("[a]\nx = 1,\n    2,  \n\t3 ; 4\ny = 5\n");
  EXPECT_EQ(file.Get("a", "x"), "1,\n2,\n3 ; 4");
  EXPECT_EQ(file.Get("a", "y"), "5");
}

TEST(IniTest, KeysOfOneIndentAreNotContinuations) {
  const IniFile file = Parsed("[a]\n  x = 1\n  y = 2\n z = 3\n");
  EXPECT_EQ(file.Get("a", "x"), "1");
  EXPECT_EQ(file.Get("a", "y"), "2");
  EXPECT_EQ(file.Get("a", "z"), "3");
}

TEST(IniTest, WindowsLineEndsAndByteOrderMark) {
  const IniFile file = Parsed("\xef\xbb\xbf[a]\r\nx = 1\r\n\r\ny = 2");
  EXPECT_EQ(file.Get("a", "x"), "1");
  EXPECT_EQ(file.Get("a", "y"), "2");
}

TEST(IniTest, EmptyFileHasNoSections) {
  EXPECT_FALSE(Parsed("").HasSection(""));
  EXPECT_FALSE(Parsed("[empty]\n").HasSection("empty"));
}

TEST(IniTest, LongestLineIsWhole) {
  const std::string value(190, 'x');
  EXPECT_EQ(Parsed("[a]\nx = " + value + "\n").Get("a", "x"), value);
}

TEST(IniTest, LineBeyondTheParsersBuffer) {
  const auto file = Parse("[a]\nx = " + std::string(100'000, 'x') + "\n");
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kLimit);
  EXPECT_TRUE(file.error().message.starts_with("config.ini: line 2 has 100004 bytes, but at most "))
      << file.error().message;
}

TEST(IniTest, LongestSectionNameIsWhole) {
  const std::string name(49, 's');
  EXPECT_EQ(Parsed("[" + name + "]\nx = 1\n").Get(name, "x"), "1");
  ExpectError("[" + name + "s]\nx = 1\n", ErrorCode::kLimit,
              "config.ini: line 1 has a section name of more than 49 bytes");
}

TEST(IniTest, KeyOrSectionGivenTwice) {
  ExpectError("[a]\nx = 1\ny = 2\nX = 3\n", ErrorCode::kCorrupt,
              "config.ini: line 4 gives key \"x\" of section \"a\" a second time");
  ExpectError("[a]\nx = 1\n[b]\nx = 1\n[A]\ny = 3\n", ErrorCode::kCorrupt,
              "config.ini: line 6 is in a second section \"a\"");
}

TEST(IniTest, LinesThatAreNothing) {
  ExpectError("[a]\nx = 1\nwhat\n[b]\n", ErrorCode::kCorrupt,
              "config.ini: line 3 is neither a [section], nor key = value, nor a comment");
  ExpectError("x = 1\n", ErrorCode::kCorrupt,
              "config.ini: line 1 stands before the first [section]");
  ExpectError("[df\nx = 1\n", ErrorCode::kCorrupt,
              "config.ini: line 1 is neither a [section], nor key = value, nor a comment");
  ExpectError("[]\nx = 1\n", ErrorCode::kCorrupt,
              "config.ini: line 1 has a section without a name");
  ExpectError("[a]\n = 1\n", ErrorCode::kCorrupt, "config.ini: line 2 has a value without a key");
}

TEST(IniTest, BinaryFile) {
  ExpectError("[a]\nx = \0\n"s, ErrorCode::kCorrupt,
              "config.ini: line 2 holds a control byte, so the file is no text");
  ExpectError("[a]\nx = \x01\n", ErrorCode::kCorrupt,
              "config.ini: line 2 holds a control byte, so the file is no text");
}

TEST(IniTest, FileBeyondTheLimit) {
  Limits limits;
  limits.max_ini_bytes = 3;
  const auto file = Parse("[a]\n", limits);
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kLimit);
  EXPECT_EQ(file.error().message, "config.ini: has 4 bytes, but at most 3 are allowed");
}

}  // namespace
}  // namespace dfn
