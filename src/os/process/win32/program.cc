#include "os/process/program.h"

#include <windows.h>

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

// Between two looks at what has come; keep_going is asked as often.
constexpr DWORD kLookMs = 50;

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

// Closes a process's handle, after ending the process if it still runs.
class RunningProcess {
 public:
  explicit RunningProcess(HANDLE handle) : handle_(handle) {}
  RunningProcess(const RunningProcess&) = delete;
  RunningProcess& operator=(const RunningProcess&) = delete;
  ~RunningProcess() {
    if (WaitForSingleObject(handle_, 0) == WAIT_TIMEOUT) {
      TerminateProcess(handle_, 1);
      WaitForSingleObject(handle_, INFINITE);
    }
    CloseHandle(handle_);
  }

  bool has_ended(DWORD milliseconds) const {
    return WaitForSingleObject(handle_, milliseconds) == WAIT_OBJECT_0;
  }
  int status() const {
    DWORD status = 1;
    GetExitCodeProcess(handle_, &status);
    return static_cast<int>(status);
  }

 private:
  HANDLE handle_;
};

// What has come out of a pipe so far, up to the room in `buffer`; never waits.
Bytes ReadWhatIsThere(int pipe, std::span<uint8_t> buffer) {
  DWORD available = 0;
  if (!PeekNamedPipe(HandleOf(pipe), nullptr, 0, nullptr, &available, nullptr)) return {};
  if (available == 0) return {};
  return buffer.first(ReadSome(pipe, buffer).count);
}

void KeepEnd(std::string& text) {
  if (text.size() > kMostComplaintBytes) text.erase(0, text.size() - kMostComplaintBytes);
}

}  // namespace

Result<ProgramEnd> RunProgram(const std::string& program, const std::vector<std::string>& arguments,
                              const std::function<bool(Bytes)>& take,
                              const std::function<bool()>& keep_going) {
  const std::wstring path = PathOfProgram(program);
  std::wstring line;
  AppendArgument(path, line);
  for (const std::string& argument : arguments) AppendArgument(Wide(argument), line);

  Pipe output = NewPipe();
  Pipe complaint = NewPipe();
  const OpenedFile nothing = OpenFile("NUL", OpenFor::kReading);
  for (const int error : {output.error(), complaint.error(), nothing.error}) {
    if (error != 0) return CannotStart(program, error);
  }
  const std::array<HANDLE, 3> handles = {HandleOf(nothing.descriptor.get()),
                                         HandleOf(output.to.descriptor.get()),
                                         HandleOf(complaint.to.descriptor.get())};
  const StandardHandles standard = {handles[0], handles[1], handles[2]};
  HANDLE started = StartProcess(path, std::move(line), handles, &standard);
  if (started == nullptr) {
    return CannotStart(program, LastErrno());
  }
  const RunningProcess process(started);
  // Then the pipes end with the program.
  output.to.descriptor = OwnedDescriptor();
  complaint.to.descriptor = OwnedDescriptor();

  std::string words;
  std::array<uint8_t, 65536> buffer;
  bool ended = false;
  for (;;) {
    bool idle = true;
    if (const Bytes come = ReadWhatIsThere(output.from.descriptor.get(), buffer); !come.empty()) {
      idle = false;
      if (!take(come)) break;
    }
    if (const Bytes come = ReadWhatIsThere(complaint.from.descriptor.get(), buffer);
        !come.empty()) {
      idle = false;
      words.append(come.begin(), come.end());
      KeepEnd(words);
    }
    if (!keep_going()) break;
    if (!idle) continue;
    if (ended) return ProgramEnd{process.status(), std::move(words)};
    // After its end the pipes are looked into once more.
    ended = process.has_ended(kLookMs);
  }
  return ProgramEnd{-1, std::move(words)};
}

}  // namespace dfn
