#include "os/process/child_process.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "os/write_all.h"

namespace dfn {
namespace {

Error Gone() { return {ErrorCode::kIo, "the process that ran it ended without a word"}; }

Status SendBytes(int descriptor, const void* data, size_t size) {
  if (WriteAll(descriptor, {static_cast<const uint8_t*>(data), size}) != 0) return Gone();
  return {};
}

Status ReadAll(int descriptor, void* data, size_t size) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t step = read(descriptor, at, size);
    if (step < 0 && errno == EINTR) continue;
    if (step <= 0) return Gone();
    at += step;
    size -= static_cast<size_t>(step);
  }
  return {};
}

}  // namespace

MessageChannel::MessageChannel(MessageChannel&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

MessageChannel::~MessageChannel() {
  if (descriptor_ >= 0) close(descriptor_);
}

void MessageChannel::HangUp() {
  if (descriptor_ >= 0) shutdown(descriptor_, SHUT_RDWR);
}

Status MessageChannel::Send(Bytes message) {
  const uint64_t size = message.size();
  DFN_CHECK(SendBytes(descriptor_, &size, sizeof(size)));
  return SendBytes(descriptor_, message.data(), message.size());
}

Result<std::vector<uint8_t>> MessageChannel::Receive() {
  uint64_t size = 0;
  DFN_CHECK(ReadAll(descriptor_, &size, sizeof(size)));
  std::vector<uint8_t> message(size);
  DFN_CHECK(ReadAll(descriptor_, message.data(), message.size()));
  return message;
}

static_assert(sizeof(pid_t) <= sizeof(int));

ChildProcess::ChildProcess(int process, MessageChannel channel)
    : process_(process), channel_(std::move(channel)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)), channel_(std::move(other.channel_)) {}

ChildProcess::~ChildProcess() {
  channel_.HangUp();
  if (process_ < 0) return;
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<ChildProcess> ChildProcess::Start(const std::function<void(MessageChannel&)>& body) {
  // Writing to a child that is gone must be an error of Send, not end this process.
  signal(SIGPIPE, SIG_IGN);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
    return Error{ErrorCode::kIo, std::string("no process can be started: ") + std::strerror(errno)};
  }
  MessageChannel ours(ends[0]);
  MessageChannel theirs(ends[1]);
  const pid_t process = fork();
  if (process < 0) {
    return Error{ErrorCode::kIo, std::string("no process can be started: ") + std::strerror(errno)};
  }
  if (process == 0) {
    close(ends[0]);
    body(theirs);
    // Not exit(): that would run the parent's handlers and flush its buffers a second time.
    _exit(0);
  }
  return ChildProcess(process, std::move(ours));
}

}  // namespace dfn
