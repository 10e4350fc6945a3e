#include "os/process/terminal.h"

#include <windows.h>

namespace dfn {
namespace {

bool IsConsole(DWORD which) {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(which), &mode) != 0;
}

}  // namespace

bool StdinIsTerminal() { return IsConsole(STD_INPUT_HANDLE); }
bool StdoutIsTerminal() { return IsConsole(STD_OUTPUT_HANDLE); }
bool StderrIsTerminal() { return IsConsole(STD_ERROR_HANDLE); }

TerminalSize StdoutTerminalSize() {
  CONSOLE_SCREEN_BUFFER_INFO screen;
  if (!GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &screen)) return {};
  const int columns = screen.srWindow.Right - screen.srWindow.Left + 1;
  const int rows = screen.srWindow.Bottom - screen.srWindow.Top + 1;
  if (columns <= 0 || rows <= 0) return {};
  return {static_cast<size_t>(columns), static_cast<size_t>(rows)};
}

struct KeyInput::Before {
  DWORD input = 0;
  DWORD output = 0;
  UINT code_page = 0;
  bool good = false;
};

KeyInput::KeyInput() : before_(std::make_unique<Before>()) {
  const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  const HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
  if (!GetConsoleMode(input, &before_->input) || !GetConsoleMode(output, &before_->output)) return;
  before_->code_page = GetConsoleOutputCP();
  // Ctrl-C stays the system's.
  const DWORD keys = before_->input & ~static_cast<DWORD>(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT);
  if (!SetConsoleMode(input, keys)) return;
  if (!SetConsoleMode(output, before_->output | ENABLE_VIRTUAL_TERMINAL_PROCESSING)) {
    // A console older than Windows 10.
    SetConsoleMode(input, before_->input);
    return;
  }
  SetConsoleOutputCP(CP_UTF8);
  before_->good = true;
}

KeyInput::~KeyInput() {
  if (!before_->good) return;
  SetConsoleOutputCP(before_->code_page);
  SetConsoleMode(GetStdHandle(STD_OUTPUT_HANDLE), before_->output);
  SetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), before_->input);
}

bool KeyInput::good() const { return before_->good; }

std::string KeyInput::Read(int milliseconds) {
  const HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
  std::string keys;
  if (WaitForSingleObject(input, static_cast<DWORD>(milliseconds)) != WAIT_OBJECT_0) return keys;
  DWORD waiting = 0;
  // Events are also of the mouse and of keys that go up, which reading characters would wait behind.
  while (GetNumberOfConsoleInputEvents(input, &waiting) && waiting > 0) {
    INPUT_RECORD record;
    DWORD count = 0;
    if (!ReadConsoleInputW(input, &record, 1, &count) || count == 0) break;
    if (record.EventType != KEY_EVENT || !record.Event.KeyEvent.bKeyDown) continue;
    const wchar_t letter = record.Event.KeyEvent.uChar.UnicodeChar;
    if (letter > 0 && letter < 128) keys += static_cast<char>(letter);
  }
  return keys;
}

size_t TerminalColumns() {
  CONSOLE_SCREEN_BUFFER_INFO screen;
  if (!GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), &screen)) return 80;
  // The window, not the buffer behind it, which may be wider.
  const int columns = screen.srWindow.Right - screen.srWindow.Left + 1;
  return columns > 0 ? static_cast<size_t>(columns) : 80;
}

}  // namespace dfn
