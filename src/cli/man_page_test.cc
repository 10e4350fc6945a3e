#include "cli/man_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "cli/arguments.h"
#include "cli/help_text.h"
#include "cli/main/command_line.h"

namespace dfn {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ManPageTest, EveryLineIsTextOrAKnownMacro) {
  const std::set<std::string> macros = {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".nf", ".fi"};
  std::vector<std::string> commands = HelpCommands();
  commands.emplace_back();
  for (const std::string& command : commands) {
    const std::string page = ManPage(command);
    EXPECT_TRUE(page.starts_with(".TH deepfilter")) << command;
    for (const char* section : {".SH NAME\n", ".SH SYNOPSIS\n"}) {
      EXPECT_THAT(page, HasSubstr(section)) << command;
    }
    EXPECT_THAT(page, Not(HasSubstr("\\- \n"))) << command << " has no purpose";
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_FALSE(line.starts_with('\'')) << line;
      if (line.starts_with('.')) {
        EXPECT_EQ(macros.count(line.substr(0, line.find(' '))), 1u) << line;
      }
    }
  }
}

TEST(ManPageTest, EveryOptionHasAnEntry) {
  Arguments program("0");
  CommandLine line;
  DefineCommands(program, line);
  for (const auto& command : program.commands()) {
    std::string entries;
    std::istringstream lines(ManPage(command->name()));
    for (std::string text; std::getline(lines, text);) {
      if (text.starts_with(".B ")) entries += text + "\n";
    }
    for (const std::string& name : command->OptionNames()) {
      if (!name.starts_with("--") || name == "--help") continue;
      std::string escaped;
      for (const char c : name) escaped += c == '-' ? "\\-" : std::string(1, c);
      EXPECT_THAT(entries, HasSubstr(escaped)) << command->name();
    }
  }
}

TEST(ManPageTest, AnOptionsTextIsApartFromItsName) {
  EXPECT_THAT(ManPage("compare"), HasSubstr(".TP\n.B \\-\\-json\nthe same as JSON\n"));
  EXPECT_THAT(ManPage("enhance"), HasSubstr(".B \\-\\-max\\-db\\-df\\-thresh F\nabove it a frame"));
  EXPECT_THAT(ManPage("models"), HasSubstr("deepfilter models pull NAME\n"));
  EXPECT_THAT(ManPage("enhance"), HasSubstr(".SH EXIT STATUS\n.PP\n0 done"));
  EXPECT_THAT(ManPage(""), HasSubstr("takes noise out of speech with DeepFilterNet\n"));
}

}  // namespace
}  // namespace dfn
