#include "formats/printable.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

TEST(PrintableTest, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(Printable("enc.conv/0 \xc3\xbc"), "enc.conv/0 \xc3\xbc");
}

TEST(PrintableTest, ControlBytesShowAsHex) {
  EXPECT_EQ(Printable("a\nb\x1b[2J\x7f"), "a\\x0ab\\x1b[2J\\x7f");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "2J"),
            "\\xc2\\x9b2J");
}

TEST(PrintableTest, LongTextIsCut) {
  EXPECT_EQ(Printable(std::string(500, 'x')), std::string(120, 'x') + "...");
}

TEST(PrintableTest, QuotedStandsBetweenQuotes) { EXPECT_EQ(Quoted("w"), "\"w\""); }

}  // namespace
}  // namespace dfn
