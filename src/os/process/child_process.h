// Work in a process of its own, with messages in both directions. The process has its own memory,
// and a library that crashes in it does not take the caller with it.
#ifndef DEEPFILTER_OS_PROCESS_CHILD_PROCESS_H_
#define DEEPFILTER_OS_PROCESS_CHILD_PROCESS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "os/owned_descriptor.h"

namespace dfn {

// One end of a connection between two processes.
class MessageChannel {
 public:
  // What is received comes from `input`, and what is sent goes to `output`; without that, to
  // `input`, which then works in both directions.
  explicit MessageChannel(OwnedDescriptor input, OwnedDescriptor output = OwnedDescriptor());

  // Both wait. Errors: kIo (the other end is gone).
  Status Send(Bytes message);
  Result<std::vector<uint8_t>> Receive();
  // Tells the other end that no more messages will come. Copies of this end in other processes do
  // not keep the connection open.
  void HangUp();

 private:
  int out() const { return output_.get() >= 0 ? output_.get() : input_.get(); }

  OwnedDescriptor input_;
  OwnedDescriptor output_;
};

// What a child process does. The name tells a program that is started anew which work it is for.
struct ChildWork {
  const char* name;  // letters and dashes
  void (*run)(Bytes request, MessageChannel& channel);
};

// Where the system cannot copy a process, Start starts the program itself a second time, and main
// calls this first, with every work that the program starts. In such a child it does the work and
// returns the exit status; else it returns nothing.
std::optional<int> RunAsChild(std::span<const ChildWork> works);

class ChildProcess {
 public:
  // Runs `work` with a request in another process, which ends when the work is done: a copy of this
  // one, or this program (RunAsChild). Call it only while this process has a single thread.
  // Errors: kIo.
  static Result<ChildProcess> Start(const ChildWork& work, Bytes request);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  // Closes the connection, which ends a child that waits for a message, and waits for the child to
  // end.
  ~ChildProcess();

  MessageChannel& channel() { return channel_; }

 private:
  struct Process;
  ChildProcess(std::unique_ptr<Process> process, MessageChannel channel);

  std::unique_ptr<Process> process_;
  MessageChannel channel_;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_CHILD_PROCESS_H_
