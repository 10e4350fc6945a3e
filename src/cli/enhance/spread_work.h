// Numbered pieces of work spread over threads.
#ifndef DEEPFILTER_CLI_ENHANCE_SPREAD_WORK_H_
#define DEEPFILTER_CLI_ENHANCE_SPREAD_WORK_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"

namespace dfn {

// Every thread takes the first piece that is still free, so that pieces begin in order and about as
// many are in progress as there are threads. An interrupt (os/process/interrupt.h) ends system calls that
// block in any of them; the work itself has to read the flag.
class SpreadWork {
 public:
  // Starts at most `threads` threads, no more than there are pieces. `work` is called once for each
  // piece in [0, pieces), by several threads at once, and must not throw. Errors: kIo (the system
  // gives no thread).
  static Result<std::unique_ptr<SpreadWork>> Start(size_t pieces, size_t threads,
                                                   std::function<void(size_t piece)> work);
  // Waits until all pieces are done.
  ~SpreadWork();

  // Waits for a piece, but not longer than `most`, and returns whether it is done. If it is, the
  // results that `work` wrote for it can be read.
  bool Wait(size_t piece, std::chrono::milliseconds most);

 private:
  SpreadWork(size_t pieces, std::function<void(size_t)> work)
      : work_(std::move(work)), done_(pieces, false) {}
  void Help();
  void PassOnInterrupt();

  std::function<void(size_t)> work_;
  std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  size_t next_ = 0;
  size_t finished_ = 0;
  std::vector<bool> done_;
  std::vector<std::thread> threads_;  // used by the thread that calls Start and Wait alone
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_SPREAD_WORK_H_
