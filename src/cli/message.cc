#include "cli/message.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/printable.h"

namespace dfn {

void WriteNotice(const std::string& text) {
  // One write, so that lines of several processes do not mix.
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void PrintError(const std::string& sentence) {
  WriteNotice("deepfilter: " + Printable(sentence) + "\n");
}

ExitCode Fail(const Error& error) {
  // What replaces a file is the caller's own word: here an option, elsewhere a field.
  const bool is_bare =
      error.code == ErrorCode::kExists && error.message.ends_with("exists already");
  PrintError(is_bare ? error.message + "; -f replaces it" : error.message);
  return ExitCodeOf(error.code);
}

ExitCode PrintResult(const std::string& text) {
  const std::string line = text.ends_with('\n') ? text : text + "\n";
  if (std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fflush(stdout) == 0) {
    return kExitOk;
  }
  return Fail(
      {ErrorCode::kIo, fmt::format("standard output cannot be written: {}", std::strerror(errno))});
}

}  // namespace dfn
