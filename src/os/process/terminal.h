// Whether people look at the standard streams, and how wide their terminal is.
#ifndef DEEPFILTER_OS_PROCESS_TERMINAL_H_
#define DEEPFILTER_OS_PROCESS_TERMINAL_H_

#include <cstddef>

namespace dfn {

bool StdinIsTerminal();
bool StdoutIsTerminal();
bool StderrIsTerminal();

// Width of standard error's terminal in characters; 80 where it is not known.
size_t TerminalColumns();

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_TERMINAL_H_
