// Ctrl-C as a wish that loops look at, so that they can clean up behind themselves.
#ifndef DEEPFILTER_CLI_INTERRUPT_H_
#define DEEPFILTER_CLI_INTERRUPT_H_

#include <atomic>

namespace dfn {

// From now on SIGINT, SIGTERM and SIGHUP (unless ignored already) set the flag and end blocking
// system calls; a file that grows too large is an error of its write, not the end of the program.
void InstallSignalHandlers();

// Set once the user wants to stop.
const std::atomic<bool>& InterruptFlag();
inline bool Interrupted() { return InterruptFlag().load(std::memory_order_relaxed); }

}  // namespace dfn

#endif  // DEEPFILTER_CLI_INTERRUPT_H_
