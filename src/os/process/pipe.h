// Pipes to other programs.
#ifndef DEEPFILTER_OS_PROCESS_PIPE_H_
#define DEEPFILTER_OS_PROCESS_PIPE_H_

#include "os/descriptor.h"

namespace dfn {

struct Pipe {
  OpenedFile from;
  OpenedFile to;
  int error() const { return from.error != 0 ? from.error : to.error; }
};

// No program inherits an end, unless StartedProgram gives it that end.
Pipe NewPipe();

// While an object of this class lives, a write of this thread to a pipe that nobody reads any more
// fails with EPIPE instead of ending this program. Windows has no such end.
class BrokenPipesFail {
 public:
  BrokenPipesFail();
  BrokenPipesFail(const BrokenPipesFail&) = delete;
  BrokenPipesFail& operator=(const BrokenPipesFail&) = delete;
  ~BrokenPipesFail();

 private:
  bool held_before_ = false;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_PIPE_H_
