// What -h and --help print. Written by hand: a page, not a dump of the parser.
#ifndef DEEPFILTER_CLI_HELP_TEXT_H_
#define DEEPFILTER_CLI_HELP_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace dfn {

// The help of a command ("enhance"), or of the whole program (""). `full` gives every option with
// its default and unit, else the usage and the common options. At most 80 columns.
std::string HelpText(std::string_view command, bool full);

// Every command that has a help of its own.
std::vector<std::string> HelpCommands();

}  // namespace dfn

#endif  // DEEPFILTER_CLI_HELP_TEXT_H_
