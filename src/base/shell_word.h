// Text as one word of a shell's command line, for commands that messages and files propose.
#ifndef DEEPFILTER_BASE_SHELL_WORD_H_
#define DEEPFILTER_BASE_SHELL_WORD_H_

#include <string>
#include <string_view>

namespace dfn {

// `text` itself if no shell reads anything into it, else in single quotes. The word has no line
// breaks: they become spaces, so that it can stand in a line.
std::string ShellWord(std::string_view text);

}  // namespace dfn

#endif  // DEEPFILTER_BASE_SHELL_WORD_H_
