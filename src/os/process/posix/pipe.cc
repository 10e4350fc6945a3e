#include "os/process/pipe.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "os/process/posix/start_lock.h"

namespace dfn {
namespace {

sigset_t BrokenPipeAlone() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

}  // namespace

std::mutex& StartLock() {
  static std::mutex lock;
  return lock;
}

Pipe NewPipe() {
  const std::lock_guard lock(StartLock());
  int ends[2];
  if (pipe(ends) != 0) return {{OwnedDescriptor(), errno}, {OwnedDescriptor(), errno}};
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  return {{OwnedDescriptor(ends[0]), 0}, {OwnedDescriptor(ends[1]), 0}};
}

BrokenPipesFail::BrokenPipesFail() {
  const sigset_t broken = BrokenPipeAlone();
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &broken, &before);
  held_before_ = sigismember(&before, SIGPIPE) == 1;
}

BrokenPipesFail::~BrokenPipesFail() {
  if (held_before_) return;
  // The signal of a broken pipe goes to the thread that wrote, where it waits.
  sigset_t waiting;
  sigpending(&waiting);
  const sigset_t broken = BrokenPipeAlone();
  if (sigismember(&waiting, SIGPIPE) == 1) {
    int taken = 0;
    sigwait(&broken, &taken);
  }
  pthread_sigmask(SIG_UNBLOCK, &broken, nullptr);
}

}  // namespace dfn
