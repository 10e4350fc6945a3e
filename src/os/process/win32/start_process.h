// Starting a process with chosen handles.
#ifndef DEEPFILTER_OS_PROCESS_WIN32_START_PROCESS_H_
#define DEEPFILTER_OS_PROCESS_WIN32_START_PROCESS_H_

#include <span>
#include <string>

namespace dfn {

// The three standard streams of a process: handles of Windows, each in the list of those that it
// gets.
struct StandardHandles {
  void* input;
  void* output;
  void* error;
};

// Starts the program of that path, which gets these handles of this process and no others; `standard`
// is null for the streams of this process, and then its Ctrl-C is the new one's, too. Returns the new process's handle, which is the caller's,
// or null (GetLastError).
void* StartProcess(const std::wstring& program, std::wstring command_line,
                   std::span<void* const> handles, const StandardHandles* standard);

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_WIN32_START_PROCESS_H_
