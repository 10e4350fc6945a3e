#include "cli/help_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/main/command_line.h"

namespace dfn {
namespace {

using testing::HasSubstr;

constexpr size_t kColumns = 80;
constexpr size_t kShortLines = 24;  // a terminal's height
constexpr size_t kFullLines = 100;

TEST(HelpTextTest, FitsATerminal) {
  std::vector<std::string> commands = HelpCommands();
  commands.emplace_back();
  for (const std::string& command : commands) {
    for (const bool full : {false, true}) {
      std::istringstream lines(HelpText(command, full));
      size_t count = 0;
      for (std::string line; std::getline(lines, line); ++count) {
        EXPECT_LE(line.size(), kColumns) << line;
      }
      EXPECT_LE(count, full ? kFullLines : kShortLines) << command;
    }
  }
}

TEST(HelpTextTest, TheFullHelpNamesEveryOption) {
  Arguments program("0");
  CommandLine line;
  DefineCommands(program, line);
  for (const auto& command : program.commands()) {
    const std::string help = HelpText(command->name(), true);
    for (const std::string& name : command->OptionNames()) {
      if (name == "--help") continue;
      EXPECT_THAT(help, HasSubstr(name)) << command->name();
    }
    for (const auto& below : command->commands()) EXPECT_THAT(help, HasSubstr(below->name()));
    EXPECT_THAT(HelpText("", false), HasSubstr("deepfilter " + command->name()));
  }
}

}  // namespace
}  // namespace dfn
