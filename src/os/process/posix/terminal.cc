#include "os/process/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

namespace dfn {

bool StdinIsTerminal() { return isatty(STDIN_FILENO) != 0; }
bool StdoutIsTerminal() { return isatty(STDOUT_FILENO) != 0; }
bool StderrIsTerminal() { return isatty(STDERR_FILENO) != 0; }

TerminalSize StdoutTerminalSize() {
  struct winsize size {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    return {size.ws_col, size.ws_row};
  }
  return {};
}

struct KeyInput::Before {
  struct termios settings;
  bool good = false;
};

KeyInput::KeyInput() : before_(std::make_unique<Before>()) {
  if (!StdinIsTerminal() || !StdoutIsTerminal()) return;
  if (tcgetattr(STDIN_FILENO, &before_->settings) != 0) return;
  struct termios raw = before_->settings;
  // Signals stay, so that Ctrl-C ends the program as everywhere.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  raw.c_cc[VSUSP] = _POSIX_VDISABLE;
  before_->good = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

KeyInput::~KeyInput() {
  if (before_->good) tcsetattr(STDIN_FILENO, TCSANOW, &before_->settings);
}

bool KeyInput::good() const { return before_->good; }

std::string KeyInput::Read(int milliseconds) {
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  char bytes[64];
  if (poll(&input, 1, milliseconds) <= 0) return {};
  const ssize_t count = read(STDIN_FILENO, bytes, sizeof(bytes));
  if (count > 0) return std::string(bytes, static_cast<size_t>(count));
  const struct timespec rest = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  nanosleep(&rest, nullptr);
  return {};
}

size_t TerminalColumns() {
  struct winsize size {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace dfn
