#include "os/process/program.h"

#include <windows.h>

#include <array>
#include <optional>
#include <span>

#include "os/descriptor.h"
#include "os/process/pipe.h"
#include "os/process/started_program.h"
#include "os/system_text.h"
#include "os/win32/handles.h"

namespace dfn {
namespace {

// Between two looks at what has come; keep_going is asked as often.
constexpr int kLookMs = 50;

// What has come out of a pipe so far, up to the room in `buffer`; never waits.
Bytes ReadWhatIsThere(int pipe, std::span<uint8_t> buffer) {
  DWORD available = 0;
  if (!PeekNamedPipe(HandleOf(pipe), nullptr, 0, nullptr, &available, nullptr)) return {};
  if (available == 0) return {};
  return buffer.first(ReadSome(pipe, buffer).count);
}

}  // namespace

Result<ProgramEnd> RunProgram(const std::string& program, const std::vector<std::string>& arguments,
                              const std::function<bool(Bytes)>& take,
                              const std::function<bool()>& keep_going) {
  Pipe output = NewPipe();
  Pipe complaint = NewPipe();
  for (const int error : {output.error(), complaint.error()}) {
    if (error == 0) continue;
    return Error{ErrorCode::kIo, program + " cannot be started: " + SystemText(error)};
  }
  DFN_TRY(StartedProgram process,
          StartedProgram::Start(program, arguments,
                                {.input = -1,
                                 .output = output.to.descriptor.get(),
                                 .complaint = complaint.to.descriptor.get()}));
  // Then the pipes end with the program.
  output.to.descriptor = OwnedDescriptor();
  complaint.to.descriptor = OwnedDescriptor();

  ProgramEnd end;
  std::array<uint8_t, 65536> buffer;
  std::optional<int> ended;
  for (;;) {
    bool idle = true;
    if (const Bytes come = ReadWhatIsThere(output.from.descriptor.get(), buffer); !come.empty()) {
      idle = false;
      if (!take(come)) return end;
    }
    if (const Bytes come = ReadWhatIsThere(complaint.from.descriptor.get(), buffer);
        !come.empty()) {
      idle = false;
      AppendComplaint(come, end.complaint);
    }
    if (!keep_going()) return end;
    if (!idle) continue;
    // After its end the pipes are looked into once more.
    if (ended) break;
    ended = process.Wait(kLookMs);
  }
  end.status = *ended;
  return end;
}

}  // namespace dfn
