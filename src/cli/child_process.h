// Work in a process of its own, with messages both ways: its memory is its own, and a library that
// crashes takes nothing with it.
#ifndef DEEPFILTER_CLI_CHILD_PROCESS_H_
#define DEEPFILTER_CLI_CHILD_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <nlohmann/json_fwd.hpp>

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
  Status Send(const nlohmann::ordered_json& message);
  Result<nlohmann::ordered_json> Receive();
  // Tells the other end that no more will be said. Copies of this end that other processes hold do
  // not keep it open.
  void HangUp();

 private:
  int descriptor_;
};

class ChildProcess {
 public:
  // Runs `body` in a copy of this process, which ends when it returns. Only while this process has
  // a single thread. Errors: kIo.
  static Result<ChildProcess> Start(const std::function<void(MessageChannel&)>& body);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  // Closes the connection, on which a waiting child ends, and waits for its end.
  ~ChildProcess();

  MessageChannel& channel() { return channel_; }

 private:
  ChildProcess(pid_t process, MessageChannel channel);

  pid_t process_;
  MessageChannel channel_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_CHILD_PROCESS_H_
