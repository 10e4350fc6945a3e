// Command lines of Windows, which are one text for all arguments.
#ifndef DEEPFILTER_OS_PROCESS_WIN32_COMMAND_LINE_WORDS_H_
#define DEEPFILTER_OS_PROCESS_WIN32_COMMAND_LINE_WORDS_H_

#include <string>
#include <string_view>

namespace dfn {

// Appends an argument, after a space if it is not the first, so that CommandLineToArgvW and the C
// libraries read it back as it is.
inline void AppendArgument(std::wstring_view argument, std::wstring& line) {
  if (!line.empty()) line += L' ';
  line += L'"';
  size_t backslashes = 0;
  for (const wchar_t unit : argument) {
    // Backslashes are themselves, but before a quotation mark two stand for one.
    if (unit == L'"') line.append(backslashes + 1, L'\\');
    backslashes = unit == L'\\' ? backslashes + 1 : 0;
    line += unit;
  }
  line.append(backslashes, L'\\');
  line += L'"';
}

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_WIN32_COMMAND_LINE_WORDS_H_
