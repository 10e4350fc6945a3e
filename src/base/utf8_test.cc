#include "base/utf8.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

TEST(Utf8Test, KnowsWhatIsUtf8) {
  for (const char* text :
       {"", "a\n\x7f", "\xc2\x80", "\xc3\xbc", "\xe2\x82\xac", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(IsUtf8(text)) << text;
  for (const char* text : {"\xff", "\x80", "\xe2\x82", "\xc3-", "\xc0\xaf", "\xe0\x80\xaf",
                           "\xed\xa0\x80", "\xf4\x90\x80\x80"})
    EXPECT_FALSE(IsUtf8(text)) << text;
}

TEST(Utf8Test, ControlCharactersAreNotPrintable) {
  for (const char* text : {"\n", "\x1b", "\x7f", "\xc2\x80", "\xc2\x9f"}) {
    EXPECT_EQ(PrintableUtf8Bytes(text), 0u);
    EXPECT_GT(Utf8Bytes(text), 0u);
  }
  EXPECT_EQ(PrintableUtf8Bytes("\xc2\xa0"), 2u);
}

TEST(Utf8Test, CutsBetweenCharacters) {
  EXPECT_EQ(CutUtf8("abc", 3), "abc");
  EXPECT_EQ(CutUtf8("abc", 2), "ab");
  EXPECT_EQ(CutUtf8("a\xe2\x82\xac", 3), "a");
  EXPECT_EQ(CutUtf8("a\xe2\x82\xac-", 4), "a\xe2\x82\xac");
  EXPECT_EQ(CutUtf8("\x80\x80", 1).size(), 0u);
}

TEST(Utf8Test, AppendsWhatItReads) {
  for (const char32_t code : {0x41u, 0x80u, 0x7ffu, 0x800u, 0xffffu, 0x10000u, 0x10ffffu}) {
    std::string text;
    AppendUtf8(code, text);
    EXPECT_EQ(Utf8Bytes(text), text.size()) << static_cast<uint32_t>(code);
  }
  std::string text;
  AppendUtf8(0x20ac, text);
  EXPECT_EQ(text, "\xe2\x82\xac");
}

}  // namespace
}  // namespace dfn
