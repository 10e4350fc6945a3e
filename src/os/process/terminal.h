// Whether people look at the standard streams, and how wide their terminal is.
#ifndef DEEPFILTER_OS_PROCESS_TERMINAL_H_
#define DEEPFILTER_OS_PROCESS_TERMINAL_H_

#include <cstddef>
#include <memory>
#include <string>

namespace dfn {

bool StdinIsTerminal();
bool StdoutIsTerminal();
bool StderrIsTerminal();

// Columns and rows of standard output's terminal; 80 by 24 where they are not known.
struct TerminalSize {
  size_t columns = 80;
  size_t rows = 24;
  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};
TerminalSize StdoutTerminalSize();

// Keys one by one: while an object of this class lives, standard input gives each key at once and
// shows none, Ctrl-Z does nothing, and standard output takes UTF-8 and the control sequences of
// ECMA-48. The destructor puts everything back. One at a time; for the thread of main.
class KeyInput {
 public:
  KeyInput();
  KeyInput(const KeyInput&) = delete;
  KeyInput& operator=(const KeyInput&) = delete;
  ~KeyInput();

  // Whether both standard input and standard output are terminals that can do it.
  bool good() const;
  // The bytes of the keys that come within `milliseconds`, or none. At the input's end it waits that
  // long all the same.
  std::string Read(int milliseconds);

 private:
  struct Before;
  std::unique_ptr<Before> before_;
};

// Width of standard error's terminal in characters; 80 where it is not known.
size_t TerminalColumns();

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_TERMINAL_H_
