#include "screen/canvas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dfn {
namespace {

using testing::HasSubstr;

TEST(CanvasTest, WritesTextAndCutsIt) {
  Canvas canvas(8, 2);
  EXPECT_EQ(canvas.Write(2, 0, "abc"), 5u);
  EXPECT_EQ(canvas.Write(5, 1, "defgh"), 8u);
  EXPECT_EQ(canvas.Text(0), "  abc");
  EXPECT_EQ(canvas.Text(1), "     def");
  canvas.Write(0, 7, "beyond");
  canvas.Write(0, 0, "xyz", {}, 2);
  EXPECT_EQ(canvas.Text(0), "xyabc");
  canvas.WriteBefore(8, 0, "r");
  EXPECT_EQ(canvas.Text(0), "xyabc  r");
}

TEST(CanvasTest, WideSignsTakeTwoCellsAndAccentsNone) {
  Canvas canvas(6, 1);
  EXPECT_EQ(canvas.Write(0, 0,
                         "\xE9\xBA\xA6"
                         "e\xCC\x81"),
            3u);
  EXPECT_EQ(canvas.at(1, 0).sign, U'\0');
  EXPECT_EQ(canvas.Text(0),
            "\xE9\xBA\xA6"
            "e");
  EXPECT_EQ(CellsOf("\xE9\xBA\xA6"
                    "a"),
            3u);
  // Half of a wide sign is none.
  Canvas narrow(1, 1);
  narrow.Write(0, 0, "\xE9\xBA\xA6");
  EXPECT_EQ(narrow.Text(0), "");
}

TEST(CanvasTest, NothingReachesTheTerminalThatIsNoSign) {
  Canvas canvas(12, 1);
  canvas.Write(0, 0,
               "a\x1b[2J\xFF\x9B"
               "b\n");
  EXPECT_EQ(canvas.Text(0), "a?[2J??b?");
}

TEST(CanvasTest, OnlyWhatChangedIsWritten) {
  Canvas before(10, 2);
  before.Write(0, 0, "hello");
  Canvas after = before;
  EXPECT_EQ(TerminalBytes(&before, after, true), "");
  after.Write(4, 0, "p");
  EXPECT_EQ(TerminalBytes(&before, after, true), "\x1b[1;5H\x1b[0mp\x1b[0m");
}

TEST(CanvasTest, AnotherSizeIsWrittenWhole) {
  Canvas before(10, 2);
  Canvas after(11, 2);
  after.Write(0, 1, "x");
  EXPECT_EQ(TerminalBytes(&before, after, true), "\x1b[0m\x1b[2J\x1b[2;1H\x1b[0mx\x1b[0m");
  EXPECT_EQ(TerminalBytes(nullptr, after, true), TerminalBytes(&before, after, true));
}

TEST(CanvasTest, ColoursOnlyWhereTheyAreWanted) {
  Canvas canvas(3, 1);
  canvas.Write(0, 0, "x", {.ink = 42, .paper = 7, .bold = true});
  EXPECT_THAT(TerminalBytes(nullptr, canvas, true), HasSubstr("\x1b[0;1;38;5;42;48;5;7mx"));
  EXPECT_THAT(TerminalBytes(nullptr, canvas, false), HasSubstr("\x1b[0;1mx"));
}

TEST(CanvasTest, ColoursAreTheNearestOfATerminal) {
  EXPECT_EQ(TerminalColour(0, 0, 0), 16);
  EXPECT_EQ(TerminalColour(255, 255, 255), 231);
  EXPECT_EQ(TerminalColour(255, 0, 0), 196);
  EXPECT_EQ(TerminalColour(0, 95, 215), 26);
  EXPECT_EQ(TerminalColour(128, 128, 128), 244);
}

}  // namespace
}  // namespace dfn
