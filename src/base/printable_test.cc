#include "base/printable.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

TEST(PrintableTest, LeavesOrdinaryTextAlone) {
  for (const char* text : {"", "enc.conv/0 \\x", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x8e\xa7"})
    EXPECT_EQ(Printable(text), text);
}

TEST(PrintableTest, ControlCharactersShowAsHex) {
  EXPECT_EQ(Printable("a\nb\x1b[2J\x7f"), "a\\x0ab\\x1b[2J\\x7f");
  EXPECT_EQ(Printable("\xc2\x9b-"), "\\xc2\\x9b-");
  EXPECT_EQ(Printable(std::string_view("\0", 1)), "\\x00");
}

TEST(PrintableTest, BytesThatAreNoUtf8ShowAsHex) {
  EXPECT_EQ(Printable("\xff"), "\\xff");
  EXPECT_EQ(Printable("\x80"), "\\x80");
  EXPECT_EQ(Printable("\xe2\x82"), "\\xe2\\x82");                    // cut short
  EXPECT_EQ(Printable("\xc3-"), "\\xc3-");                           // no continuation
  EXPECT_EQ(Printable("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(Printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");           // overlong
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
}

TEST(PrintableTest, QuotedStandsBetweenQuotesAndIsCut) {
  EXPECT_EQ(Quoted("w"), "\"w\"");
  EXPECT_EQ(Quoted(std::string(120, 'x')), '"' + std::string(120, 'x') + '"');
  EXPECT_EQ(Quoted(std::string(500, 'x')), '"' + std::string(120, 'x') + "...\"");
  EXPECT_EQ(Quoted(std::string(119, 'x') + "\xc3\xbc"), '"' + std::string(119, 'x') + "...\"");
}

}  // namespace
}  // namespace dfn
