#include "base/utf16.h"

#include <gtest/gtest.h>

#include <string>

namespace dfn {
namespace {

TEST(Utf16Test, CharactersOfEveryLengthGoThereAndBack) {
  const std::string utf8 = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xa7\x7f";
  const std::u16string utf16 = u"a\u00e9\u20ac\U0001f3a7\u007f";
  EXPECT_EQ(Utf16FromUtf8(utf8), utf16);
  EXPECT_EQ(Utf8FromUtf16(utf16), utf8);
  EXPECT_EQ(Utf16FromUtf8("\xf4\x8f\xbf\xbf"), u"\U0010ffff");
}

TEST(Utf16Test, EveryUnitAloneSurvives) {
  for (unsigned unit = 0; unit < 0x10000; ++unit) {
    const std::u16string name(1, static_cast<char16_t>(unit));
    EXPECT_EQ(Utf16FromUtf8(Utf8FromUtf16(name)), name) << unit;
  }
}

TEST(Utf16Test, SurrogatesWithoutPartnersSurvive) {
  const std::u16string low_first = {0xdc00, 0xd800, u'x', 0xdbff};
  EXPECT_EQ(Utf8FromUtf16(low_first), "\xed\xb0\x80\xed\xa0\x80x\xed\xaf\xbf");
  EXPECT_EQ(Utf16FromUtf8(Utf8FromUtf16(low_first)), low_first);
}

TEST(Utf16Test, OtherBytesAreReplaced) {
  EXPECT_EQ(Utf16FromUtf8("a\xff\xc0\x80z"), u"a\ufffd\ufffd\ufffdz");
  EXPECT_EQ(Utf16FromUtf8("\xed\xa0"), u"\ufffd\ufffd");
  EXPECT_EQ(Utf16FromUtf8("\xf4\x90\x80\x80").size(), 4u);
}

}  // namespace
}  // namespace dfn
