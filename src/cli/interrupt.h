// Ctrl-C as a wish that loops look at, so that they can clean up behind themselves.
#ifndef DEEPFILTER_CLI_INTERRUPT_H_
#define DEEPFILTER_CLI_INTERRUPT_H_

#include <signal.h>

#include <atomic>
#include <thread>

namespace dfn {

// From now on SIGINT, SIGTERM and SIGHUP (unless ignored already) set the flag and end blocking
// system calls. SIGXFSZ is ignored, so that a file which grows too large makes its write fail
// instead of ending the program.
void InstallSignalHandlers();

// Set once the user wants to stop.
const std::atomic<bool>& InterruptFlag();
inline bool Interrupted() { return InterruptFlag().load(std::memory_order_relaxed); }

// Once Interrupted: ends a blocking system call of a thread that has not been joined yet. The
// signal itself does so only in the thread that received it.
void InterruptThread(std::thread& thread);

// While an object of this class lives, its thread does not receive the signals above; they wait or
// go to other threads. Threads that are started meanwhile never receive them.
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
