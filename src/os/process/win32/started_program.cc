#include "os/process/started_program.h"

#include <windows.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "os/descriptor.h"
#include "os/process/win32/command_line_words.h"
#include "os/process/win32/start_process.h"
#include "os/system_text.h"
#include "os/win32/error.h"
#include "os/win32/handles.h"
#include "os/win32/wide.h"

namespace dfn {
namespace {

// A bare name is a program of the system's own folder: the current folder and $PATH may hold
// anybody's files.
std::wstring PathOfProgram(const std::string& program) {
  const std::wstring name = Wide(program);
  if (name.find_first_of(L"/\\:") != std::wstring::npos) return name;
  std::wstring folder(MAX_PATH, L'\0');
  folder.resize(GetSystemDirectoryW(folder.data(), MAX_PATH));
  return folder + L"\\" + name + L".exe";
}

Error CannotStart(const std::string& program, int error) {
  if (error == ENOENT) return {ErrorCode::kNotFound, "there is no program " + program};
  return {ErrorCode::kIo, program + " cannot be started: " + SystemText(error)};
}

HANDLE ProcessOf(intptr_t process) { return reinterpret_cast<HANDLE>(process); }

}  // namespace

Result<StartedProgram> StartedProgram::Start(const std::string& program,
                                             const std::vector<std::string>& arguments,
                                             const ProgramStreams& streams) {
  const std::wstring path = PathOfProgram(program);
  std::wstring line;
  AppendArgument(path, line);
  for (const std::string& argument : arguments) AppendArgument(Wide(argument), line);

  const OpenedFile empty = OpenFile("NUL", OpenFor::kReading);
  const OpenedFile dropped = OpenFile("NUL", OpenFor::kWriting);
  for (const int error : {empty.error, dropped.error}) {
    if (error != 0) return CannotStart(program, error);
  }
  const auto handle = [](int descriptor, const OpenedFile& without) {
    return HandleOf(descriptor >= 0 ? descriptor : without.descriptor.get());
  };
  const StandardHandles standard = {handle(streams.input, empty), handle(streams.output, dropped),
                                    handle(streams.complaint, dropped)};
  // A handle that is in the list twice is refused.
  std::vector<void*> handles;
  for (void* const one : {standard.input, standard.output, standard.error}) {
    if (std::find(handles.begin(), handles.end(), one) == handles.end()) handles.push_back(one);
  }
  HANDLE started = StartProcess(path, std::move(line), handles, &standard);
  if (started == nullptr) return CannotStart(program, LastErrno());
  return StartedProgram(reinterpret_cast<intptr_t>(started));
}

StartedProgram::StartedProgram(StartedProgram&& other) noexcept
    : process_(std::exchange(other.process_, kNone)), status_(other.status_) {}

StartedProgram::~StartedProgram() {
  if (process_ == kNone) return;
  TerminateProcess(ProcessOf(process_), 1);
  WaitForSingleObject(ProcessOf(process_), INFINITE);
  CloseHandle(ProcessOf(process_));
}

std::optional<int> StartedProgram::Wait(int milliseconds) {
  if (process_ == kNone) return status_;
  const auto most = static_cast<DWORD>(std::max(milliseconds, 0));
  if (WaitForSingleObject(ProcessOf(process_), most) != WAIT_OBJECT_0) return std::nullopt;
  DWORD status = 1;
  GetExitCodeProcess(ProcessOf(process_), &status);
  CloseHandle(ProcessOf(process_));
  process_ = kNone;
  status_ = static_cast<int>(status);
  return status_;
}

}  // namespace dfn
