#include "os/process/program_start.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <shellapi.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "os/win32/wide.h"

namespace dfn {
namespace {

UINT output_code_page_before = 0;

void RestoreConsole() { SetConsoleOutputCP(output_code_page_before); }

void PrepareConsole() {
  for (const int stream : {0, 1, 2}) _setmode(stream, _O_BINARY);
  output_code_page_before = GetConsoleOutputCP();
  if (output_code_page_before == 0) return;  // no console
  SetConsoleOutputCP(CP_UTF8);
  std::atexit(RestoreConsole);
  // For the progress bar, which goes back to the start of its line.
  const HANDLE screen = GetStdHandle(STD_ERROR_HANDLE);
  DWORD mode = 0;
  if (GetConsoleMode(screen, &mode)) {
    SetConsoleMode(screen, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
  }
}

// The files that a name with "*" or "?" in its last part stands for, in order.
std::vector<std::wstring> FilesOf(const std::wstring& pattern) {
  const size_t last_part = pattern.find_last_of(L"/\\:") + 1;
  std::vector<std::wstring> files;
  WIN32_FIND_DATAW found;
  const HANDLE search = FindFirstFileW(pattern.c_str(), &found);
  if (search == INVALID_HANDLE_VALUE) return files;
  do {
    // As with the shells of other systems, not the hidden ones, nor the folder and its parent.
    if (found.cFileName[0] == L'.' || (found.dwFileAttributes & FILE_ATTRIBUTE_HIDDEN) != 0) {
      continue;
    }
    files.push_back(pattern.substr(0, last_part) + found.cFileName);
  } while (FindNextFileW(search, &found));
  FindClose(search);
  std::sort(files.begin(), files.end());
  return files;
}

bool IsPattern(std::wstring_view argument) {
  return !argument.starts_with(L'-') && argument.find_first_of(L"*?") != std::wstring_view::npos;
}

}  // namespace

ProgramStart::ProgramStart(int /*argc*/, const char* const* /*argv*/) {
  PrepareConsole();
  int count = 0;
  wchar_t** given = CommandLineToArgvW(GetCommandLineW(), &count);
  for (int i = 0; i < count; ++i) {
    const std::wstring argument = given[i];
    const std::vector<std::wstring> files =
        i > 0 && IsPattern(argument) ? FilesOf(argument) : std::vector<std::wstring>();
    if (files.empty()) arguments_.push_back(Narrow(argument));
    for (const std::wstring& file : files) arguments_.push_back(Narrow(file));
  }
  LocalFree(given);
  for (const std::string& argument : arguments_) pointers_.push_back(argument.c_str());
  pointers_.push_back(nullptr);
}

}  // namespace dfn
