#include "base/shell_word.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

TEST(ShellWordTest, QuotesWhatAShellWouldReadAnythingInto) {
  EXPECT_EQ(ShellWord("in/talk-1.m4a"), "in/talk-1.m4a");
  EXPECT_EQ(ShellWord("my talk.m4a"), "'my talk.m4a'");
  EXPECT_EQ(ShellWord("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(ShellWord("two\nlines"), "'two lines'");
  EXPECT_EQ(ShellWord(""), "''");
}

}  // namespace
}  // namespace dfn
