// Manual pages for man(1), made from the help texts.
#ifndef DEEPFILTER_CLI_MAN_PAGE_H_
#define DEEPFILTER_CLI_MAN_PAGE_H_

#include <string>
#include <string_view>

namespace dfn {

// The manual page of a command, or of the whole program (""): its full help in roff's man macros.
std::string ManPage(std::string_view command);

// Its file's name: "deepfilter-enhance.1", "deepfilter.1".
std::string ManPageFile(std::string_view command);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MAN_PAGE_H_
