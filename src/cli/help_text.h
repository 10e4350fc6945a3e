// What -h and --help print. Hand-written: a page, not a dump of the parser.
#ifndef DEEPFILTER_CLI_HELP_TEXT_H_
#define DEEPFILTER_CLI_HELP_TEXT_H_

#include <string>
#include <string_view>

namespace dfn {

// Of a command ("enhance", "models pull"), or of the whole program (""). `full`: every option with
// its default and unit, else usage and what is common. At most 80 columns.
std::string HelpText(std::string_view command, bool full);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_HELP_TEXT_H_
