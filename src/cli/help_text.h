// The texts that -h and --help print. They are written by hand rather than generated from the
// parser.
#ifndef DEEPFILTER_CLI_HELP_TEXT_H_
#define DEEPFILTER_CLI_HELP_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace dfn {

// The help of a command ("enhance"), or of the whole program (""). `full` gives every option with
// its default and unit, else the usage and the common options. At most 80 columns.
std::string HelpText(std::string_view command, bool full);

// The commands that have a help page.
std::vector<std::string> HelpCommands();

}  // namespace dfn

#endif  // DEEPFILTER_CLI_HELP_TEXT_H_
