// Ctrl-C as a wish that loops look at, so that they can clean up behind themselves.
#ifndef DEEPFILTER_CLI_INTERRUPT_H_
#define DEEPFILTER_CLI_INTERRUPT_H_

#include <signal.h>

#include <atomic>
#include <thread>

namespace dfn {

// From now on SIGINT, SIGTERM and SIGHUP (unless ignored already) set the flag and end blocking
// system calls; a file that grows too large is an error of its write, not the end of the program.
void InstallSignalHandlers();

// Set once the user wants to stop.
const std::atomic<bool>& InterruptFlag();
inline bool Interrupted() { return InterruptFlag().load(std::memory_order_relaxed); }

// Once Interrupted: ends a blocking system call of a thread that has not been joined, as the signal
// itself did to the thread that it came to.
void InterruptThread(std::thread& thread);

// While one lives, the signals above wait or go to other threads: not to the one that made it, nor
// ever to those that it starts meanwhile.
class SignalsHeld {
 public:
  SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld();

 private:
  sigset_t before_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_INTERRUPT_H_
