#include "base/stand_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dfn {
namespace {

using testing::HasSubstr;

std::optional<std::string> TextOf(const std::string& content) {
  return StandInText({reinterpret_cast<const uint8_t*>(content.data()), content.size()},
                     content.size());
}

TEST(StandInTest, SaysWhatItIsAndWhatHelps) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "is empty; download or copy it again"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"},
      {"<!DOCTYPE html>\n<html lang=\"en\">", "is a web page"},
      {"\xef\xbb\xbf\r\n  <HTML><body>", "is a web page"},
      {"404: Not Found", "a server's message (\"404: Not Found\")"},
      {"Entry not found\n", "a server's message (\"Entry not found\")"},
      {"{\"error\":\"Repository not found\"}", "a server's message"},
      {"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>", "a server's message"},
  };
  for (const auto& [content, sentence] : cases) {
    const std::optional<std::string> text = TextOf(content);
    ASSERT_TRUE(text.has_value()) << content;
    EXPECT_THAT(*text, HasSubstr(sentence));
  }
}

TEST(StandInTest, LeavesEverythingElseAlone) {
  EXPECT_EQ(TextOf("[train]\nmodel = deepfilternet3\n"), std::nullopt);
  EXPECT_EQ(TextOf("RIFF\x24"), std::nullopt);
  EXPECT_EQ(TextOf("PK\x03\x04"), std::nullopt);
  EXPECT_EQ(TextOf(std::string(3, '\0')), std::nullopt);
  EXPECT_EQ(TextOf("   "), std::nullopt);
  EXPECT_EQ(TextOf("{\"error\"" + std::string(2000, ' ')), std::nullopt) << "no mere message";
}

}  // namespace
}  // namespace dfn
