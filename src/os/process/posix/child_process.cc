#include "os/process/child_process.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "os/system_text.h"

namespace dfn {
namespace {

Error CannotStart() { return {ErrorCode::kIo, "no process can be started: " + SystemText(errno)}; }

}  // namespace

void MessageChannel::HangUp() {
  if (input_.get() >= 0) shutdown(input_.get(), SHUT_RDWR);
}

struct ChildProcess::Process {
  pid_t number;
};

ChildProcess::ChildProcess(std::unique_ptr<Process> process, MessageChannel channel)
    : process_(std::move(process)), channel_(std::move(channel)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept = default;

ChildProcess::~ChildProcess() {
  channel_.HangUp();
  if (!process_) return;
  while (waitpid(process_->number, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// A copy of this process does the work.
std::optional<int> RunAsChild(std::span<const ChildWork> /*works*/) { return std::nullopt; }

Result<ChildProcess> ChildProcess::Start(const ChildWork& work, Bytes request) {
  // Writing to a child that is gone must be an error of Send, not end this process.
  signal(SIGPIPE, SIG_IGN);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return CannotStart();
  MessageChannel ours{OwnedDescriptor(ends[0])};
  MessageChannel theirs{OwnedDescriptor(ends[1])};
  auto process = std::make_unique<Process>(Process{fork()});
  if (process->number < 0) return CannotStart();
  if (process->number == 0) {
    close(ends[0]);
    work.run(request, theirs);
    // Not exit(): that would run the parent's handlers and flush its buffers a second time.
    _exit(0);
  }
  return ChildProcess(std::move(process), std::move(ours));
}

}  // namespace dfn
