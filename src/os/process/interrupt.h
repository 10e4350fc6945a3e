// Ctrl-C as a wish that loops look at, so that they can clean up behind themselves.
#ifndef DEEPFILTER_OS_PROCESS_INTERRUPT_H_
#define DEEPFILTER_OS_PROCESS_INTERRUPT_H_

#include <atomic>
#include <memory>
#include <thread>

namespace dfn {

// From now on the user's wish sets the flag and ends blocking calls of the system. Call it from the
// thread of main. On POSIX the wish is SIGINT, SIGTERM or SIGHUP, unless ignored already, and
// SIGXFSZ is ignored, so that a file which grows too large makes its write fail instead of ending
// the program. On Windows it is Ctrl-C, Ctrl-Break, closing the console, or the end of the session.
void InstallSignalHandlers();

// Set once the user wants to stop.
const std::atomic<bool>& InterruptFlag();
inline bool Interrupted() { return InterruptFlag().load(std::memory_order_relaxed); }

// Once Interrupted: ends a blocking call of the system in a thread that has not been joined yet. The
// wish itself does so only in one thread: the one that received the signal, on Windows that of main.
void InterruptThread(std::thread& thread);

// While an object of this class lives, its thread does not receive the signals above; they wait or
// go to other threads. Threads that are started meanwhile never receive them. On Windows a thread of
// the system's own receives the wish, and this does nothing.
class SignalsHeld {
 public:
  SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld();

 private:
  struct Before;
  std::unique_ptr<Before> before_;
};

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_INTERRUPT_H_
