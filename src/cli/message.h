// How commands talk: errors to standard error, one line each, and the exit status for them.
#ifndef DEEPFILTER_CLI_MESSAGE_H_
#define DEEPFILTER_CLI_MESSAGE_H_

#include <string>

#include "base/result.h"
#include "cli/exit_code.h"

namespace dfn {

// Writes a text to standard error, as it is and at once. One that takes nothing (full, closed, its
// terminal gone) loses it, and the work goes on.
void WriteNotice(const std::string& text);

// Prints "deepfilter: SENTENCE" to standard error, Printable, since sentences have the names of files
// in them.
void PrintError(const std::string& sentence);

// Prints the error, with "-f replaces it" for a file that exists, and returns its exit status.
ExitCode Fail(const Error& error);

// Writes a text to standard output and ends its last line; kExitFailed if the write fails.
ExitCode PrintResult(const std::string& text);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_MESSAGE_H_
