// Writes the manual pages of the program and its commands into a folder: man_pages FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/path_text.h"
#include "cli/help_text.h"
#include "cli/man_page.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: man_pages FOLDER\n", stderr);
    return 2;
  }
  std::vector<std::string> commands = dfn::HelpCommands();
  commands.emplace_back();
  for (const std::string& command : commands) {
    const auto path = dfn::PathOf(argv[1]) / dfn::ManPageFile(command);
    std::ofstream file(path, std::ios::binary);
    file << dfn::ManPage(command);
    file.close();
    if (!file) {
      std::fprintf(stderr, "%s: cannot be written\n", dfn::PathText(path).c_str());
      return 1;
    }
  }
  return 0;
}
