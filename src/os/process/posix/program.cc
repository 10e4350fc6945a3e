#include "os/process/program.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>

#include "os/process/pipe.h"
#include "os/process/started_program.h"
#include "os/system_text.h"

namespace dfn {
namespace {

constexpr int kPollMs = 100;

// The number of bytes read, 0 at the end, -1 for none yet.
ssize_t ReadEnd(const pollfd& end, std::array<uint8_t, 65536>& block) {
  if (end.revents == 0) return -1;
  const ssize_t size = read(end.fd, block.data(), block.size());
  if (size < 0 && errno == EINTR) return -1;
  return size < 0 ? 0 : size;
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
  DFN_TRY(StartedProgram running,
          StartedProgram::Start(program, arguments,
                                {.input = -1,
                                 .output = output.to.descriptor.get(),
                                 .complaint = complaint.to.descriptor.get()}));
  output.to.descriptor = OwnedDescriptor();
  complaint.to.descriptor = OwnedDescriptor();

  ProgramEnd end;
  std::array<pollfd, 2> ends = {pollfd{output.from.descriptor.get(), POLLIN, 0},
                                pollfd{complaint.from.descriptor.get(), POLLIN, 0}};
  std::array<uint8_t, 65536> block;
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (!keep_going()) return end;
    if (poll(ends.data(), ends.size(), kPollMs) < 0 && errno != EINTR) {
      return Error{ErrorCode::kIo, program + " cannot be read: " + SystemText(errno)};
    }
    for (pollfd& one : ends) {
      // poll passes over negative descriptors.
      if (one.fd < 0) continue;
      const ssize_t size = ReadEnd(one, block);
      one.revents = 0;
      if (size == 0) one.fd = -1;
      if (size <= 0) continue;
      const Bytes more(block.data(), static_cast<size_t>(size));
      if (&one == &ends[1]) {
        AppendComplaint(more, end.complaint);
      } else if (!take(more)) {
        return end;
      }
    }
  }
  end.status = running.Wait(std::numeric_limits<int>::max()).value_or(-1);
  return end;
}

}  // namespace dfn
