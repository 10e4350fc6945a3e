#include "os/process/piped_program.h"

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "os/descriptor.h"
#include "os/process/interrupt.h"
#include "os/process/pipe.h"
#include "os/system_text.h"

namespace dfn {
namespace {

constexpr int kLookMs = 100;

}  // namespace

void AppendComplaint(Bytes more, std::string& complaint) {
  complaint.append(reinterpret_cast<const char*>(more.data()), more.size());
  if (complaint.size() > kMostComplaintBytes) {
    complaint.erase(0, complaint.size() - kMostComplaintBytes);
  }
}

Result<std::unique_ptr<PipedProgram>> PipedProgram::Start(const std::string& program,
                                                          const std::vector<std::string>& arguments,
                                                          PipedStream stream) {
  Pipe data = NewPipe();
  Pipe complaints = NewPipe();
  for (const int error : {data.error(), complaints.error()}) {
    if (error == 0) continue;
    return Error{ErrorCode::kIo, program + " cannot be started: " + SystemText(error)};
  }
  const bool reads = stream == PipedStream::kInput;
  DFN_TRY(StartedProgram started,
          StartedProgram::Start(program, arguments,
                                {.input = reads ? data.from.descriptor.get() : -1,
                                 .output = reads ? -1 : data.to.descriptor.get(),
                                 .complaint = complaints.to.descriptor.get()}));
  // The program's ends are closed here when the pipes go out of scope.
  OwnedDescriptor ours = std::move(reads ? data.to.descriptor : data.from.descriptor);
  std::unique_ptr<PipedProgram> piped(
      new PipedProgram(std::move(started), std::move(ours), std::move(complaints.from.descriptor)));
  try {
    // A signal must not end its blocking read instead of this thread's.
    const SignalsHeld held;
    piped->reader_ = std::thread([&piped_program = *piped] { piped_program.ReadComplaints(); });
  } catch (const std::system_error& error) {
    return Error{ErrorCode::kIo, std::string("a thread cannot be started: ") + error.what()};
  }
  return piped;
}

PipedProgram::PipedProgram(StartedProgram program, OwnedDescriptor pipe, OwnedDescriptor complaints)
    : pipe_(std::move(pipe)),
      complaints_(std::move(complaints)),
      program_(std::make_unique<StartedProgram>(std::move(program))) {}

PipedProgram::~PipedProgram() {
  pipe_ = OwnedDescriptor();
  // Its end is that of its complaints, too.
  program_.reset();
  if (reader_.joinable()) reader_.join();
}

void PipedProgram::ReadComplaints() {
  std::array<uint8_t, kMostComplaintBytes> block;
  for (;;) {
    const Transfer read = ReadSome(complaints_.get(), block);
    if (read.error == EINTR) continue;
    if (read.error != 0 || read.count == 0) return;
    AppendComplaint(Bytes(block).first(read.count), complaint_);
  }
}

ProgramEnd PipedProgram::Finish(const std::function<bool()>& keep_going) {
  pipe_ = OwnedDescriptor();
  std::optional<int> status;
  while (program_ && !(status = program_->Wait(kLookMs)) && keep_going()) {
  }
  program_.reset();
  if (reader_.joinable()) reader_.join();
  return {.status = status.value_or(-1), .complaint = complaint_};
}

}  // namespace dfn
