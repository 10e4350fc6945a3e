#include "os/process/child_process.h"

#include <windows.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "os/process/pipe.h"
#include "os/process/program_path.h"
#include "os/process/win32/command_line_words.h"
#include "os/process/win32/start_process.h"
#include "os/system_text.h"
#include "os/win32/error.h"
#include "os/win32/handles.h"

// Windows has no copies of processes: the program starts itself again, with the name of the work and
// two ends of pipes in its environment, where no user types them by mistake.
namespace dfn {
namespace {

constexpr wchar_t kVariable[] = L"DEEPFILTER_CHILD_WORK";

Error CannotStart(int error) {
  return {ErrorCode::kIo, "no process can be started: " + SystemText(error)};
}

std::wstring Number(HANDLE handle) { return std::to_wstring(reinterpret_cast<uintptr_t>(handle)); }

// What RunAsChild finds in the environment: "NAME INPUT OUTPUT".
struct Assignment {
  std::string name;
  HANDLE input;
  HANDLE output;
};

std::optional<Assignment> FindAssignment() {
  wchar_t text[256];
  const DWORD size = GetEnvironmentVariableW(kVariable, text, 256);
  if (size == 0 || size >= 256) return std::nullopt;
  // Not for processes that the child might start.
  SetEnvironmentVariableW(kVariable, nullptr);
  const std::wstring_view words(text, size);
  const size_t name_end = words.find(L' ');
  if (name_end == std::wstring_view::npos) return std::nullopt;
  wchar_t* rest = text + name_end;
  const auto input = reinterpret_cast<HANDLE>(std::wcstoull(rest, &rest, 10));
  const auto output = reinterpret_cast<HANDLE>(std::wcstoull(rest, &rest, 10));
  return Assignment{std::string(words.begin(), words.begin() + name_end), input, output};
}

}  // namespace

void MessageChannel::HangUp() {
  input_ = OwnedDescriptor();
  output_ = OwnedDescriptor();
}

struct ChildProcess::Process {
  explicit Process(HANDLE started) : handle(started) {}
  ~Process() { CloseHandle(handle); }
  HANDLE handle;
};

ChildProcess::ChildProcess(std::unique_ptr<Process> process, MessageChannel channel)
    : process_(std::move(process)), channel_(std::move(channel)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept = default;

ChildProcess::~ChildProcess() {
  channel_.HangUp();
  if (process_) WaitForSingleObject(process_->handle, INFINITE);
}

std::optional<int> RunAsChild(std::span<const ChildWork> works) {
  const std::optional<Assignment> assignment = FindAssignment();
  if (!assignment) return std::nullopt;
  MessageChannel channel(std::move(DescriptorOf(assignment->input).descriptor),
                         std::move(DescriptorOf(assignment->output).descriptor));
  const Result<std::vector<uint8_t>> request = channel.Receive();
  if (!request.ok()) return 1;
  for (const ChildWork& work : works) {
    if (assignment->name != work.name) continue;
    work.run(*request, channel);
    return 0;
  }
  return 1;
}

Result<ChildProcess> ChildProcess::Start(const ChildWork& work, Bytes request) {
  Pipe questions = NewPipe();
  Pipe answers = NewPipe();
  if (const int error = questions.error(); error != 0) return CannotStart(error);
  if (const int error = answers.error(); error != 0) return CannotStart(error);
  const std::array<HANDLE, 2> theirs = {HandleOf(questions.from.descriptor.get()),
                                        HandleOf(answers.to.descriptor.get())};
  const std::string name = work.name;
  const std::wstring assignment =
      std::wstring(name.begin(), name.end()) + L" " + Number(theirs[0]) + L" " + Number(theirs[1]);
  SetEnvironmentVariableW(kVariable, assignment.c_str());
  const std::wstring program = ProgramPath().native();
  std::wstring line;
  AppendArgument(program, line);
  HANDLE started = StartProcess(program, std::move(line), theirs, nullptr);
  const int error = started != nullptr ? 0 : LastErrno();
  SetEnvironmentVariableW(kVariable, nullptr);
  if (started == nullptr) return CannotStart(error);
  auto process = std::make_unique<Process>(started);
  MessageChannel ours(std::move(answers.from.descriptor), std::move(questions.to.descriptor));
  ChildProcess child(std::move(process), std::move(ours));
  DFN_CHECK(child.channel().Send(request));
  return child;
}

}  // namespace dfn
