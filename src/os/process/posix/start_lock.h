// Without pipe2, which macOS lacks, a pipe is inheritable for a moment.
#ifndef DEEPFILTER_OS_PROCESS_POSIX_START_LOCK_H_
#define DEEPFILTER_OS_PROCESS_POSIX_START_LOCK_H_

#include <mutex>

namespace dfn {

// Held while a pipe is made and while a program is started, so that no program inherits the pipe of
// another: a pipe ends when nobody holds it.
std::mutex& StartLock();

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_POSIX_START_LOCK_H_
