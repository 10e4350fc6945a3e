#include "os/process/win32/start_process.h"

#include <windows.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace dfn {

void* StartProcess(const std::wstring& program, std::wstring command_line,
                   std::span<void* const> handles, const StandardHandles* standard) {
  SIZE_T size = 0;
  InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
  const std::unique_ptr<std::byte[]> memory(new std::byte[size]);
  auto* list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory.get());
  if (!InitializeProcThreadAttributeList(list, 1, 0, &size)) return nullptr;
  std::vector<HANDLE> inherited(handles.begin(), handles.end());
  for (const HANDLE handle : inherited) {
    SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  }
  HANDLE process = nullptr;
  if (UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited.data(),
                                inherited.size() * sizeof(HANDLE), nullptr, nullptr)) {
    STARTUPINFOEXW start{};
    start.StartupInfo.cb = sizeof(start);
    start.lpAttributeList = list;
    if (standard != nullptr) {
      start.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
      start.StartupInfo.hStdInput = standard->input;
      start.StartupInfo.hStdOutput = standard->output;
      start.StartupInfo.hStdError = standard->error;
    }
    PROCESS_INFORMATION started{};
    const DWORD group = standard != nullptr ? CREATE_NEW_PROCESS_GROUP : 0;
    if (CreateProcessW(program.c_str(), command_line.data(), nullptr, nullptr, TRUE,
                       EXTENDED_STARTUPINFO_PRESENT | group, nullptr, nullptr, &start.StartupInfo,
                       &started)) {
      CloseHandle(started.hThread);
      process = started.hProcess;
    }
  }
  const DWORD error = GetLastError();
  DeleteProcThreadAttributeList(list);
  SetLastError(error);
  return process;
}

}  // namespace dfn
