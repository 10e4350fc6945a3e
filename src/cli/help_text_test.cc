#include "cli/help_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "cli/main/command_line.h"

namespace dfn {
namespace {

using testing::HasSubstr;

constexpr size_t kColumns = 80;
constexpr size_t kShortLines = 24;  // a terminal's height
constexpr size_t kFullLines = 100;

TEST(HelpTextTest, FitsATerminal) {
  for (const char* command : {"", "enhance", "process", "compare", "compare-backends", "inspect",
                              "models", "doctor", "pipewire-config"}) {
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
  CLI::App app;
  CommandLine line;
  DefineCommands(app, line);
  for (const CLI::App* command : app.get_subcommands({})) {
    const std::string help = HelpText(command->get_name(), true);
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        if (name == "help") continue;
        EXPECT_THAT(help, HasSubstr("--" + name)) << command->get_name();
      }
      for (const std::string& name : option->get_snames()) EXPECT_THAT(help, HasSubstr("-" + name));
      if (option->get_positional()) {
        EXPECT_THAT(help, HasSubstr(option->get_single_name()));
      }
    }
    for (const CLI::App* below : command->get_subcommands({})) {
      EXPECT_THAT(help, HasSubstr(below->get_name()));
    }
    EXPECT_THAT(HelpText("", false), HasSubstr("deepfilter " + command->get_name()));
  }
}

}  // namespace
}  // namespace dfn
