// Work in a process of its own, with messages in both directions. The process has its own memory,
// and a library that crashes in it does not take the caller with it.
#ifndef DEEPFILTER_OS_PROCESS_CHILD_PROCESS_H_
#define DEEPFILTER_OS_PROCESS_CHILD_PROCESS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace dfn {

// One end of a connection between two processes.
class MessageChannel {
 public:
  explicit MessageChannel(int descriptor) : descriptor_(descriptor) {}
  MessageChannel(MessageChannel&& other) noexcept;
  MessageChannel& operator=(MessageChannel&&) = delete;
  ~MessageChannel();

  // Both wait. Errors: kIo (the other end is gone).
  Status Send(Bytes message);
  Result<std::vector<uint8_t>> Receive();
  // Tells the other end that no more messages will come. Copies of this end in other processes do
  // not keep the connection open.
  void HangUp();

 private:
  int descriptor_;
};

class ChildProcess {
 public:
  // Runs `body` in a copy of this process, which ends when `body` returns. Call it only while this
  // process has a single thread. Errors: kIo.
  static Result<ChildProcess> Start(const std::function<void(MessageChannel&)>& body);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  // Closes the connection, which ends a child that waits for a message, and waits for the child to
  // end.
  ~ChildProcess();

  MessageChannel& channel() { return channel_; }

 private:
  ChildProcess(int process, MessageChannel channel);

  int process_;
  MessageChannel channel_;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_CHILD_PROCESS_H_
