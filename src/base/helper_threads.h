// Threads that help a real-time thread while it works, and sleep while it does not.
#ifndef DEEPFILTER_BASE_HELPER_THREADS_H_
#define DEEPFILTER_BASE_HELPER_THREADS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "base/result.h"

namespace dfn {

// Between Open and Close every helper calls `step` over and over, and spins while there is no work.
// After Close it spins for a few microseconds, in case the next Open follows at once, and then
// sleeps. Nothing waits for a helper to wake up, so any thread must be able to take any piece of
// work.
//
// Where the system supports it, helpers inherit the scheduling of the thread that calls Start. Each
// needs a core of its own while work is open.
class HelperThreads {
 public:
  // Does one piece of work if one is ready, and returns whether it did. All helpers call it at the
  // same time, possibly until shortly after Close.
  using Step = bool (*)(void* context) noexcept;

  // Starts `count` threads that pass `context` to `step`. Allocates; preparation only. Errors: kIo
  // (the system refuses a thread).
  static Result<std::unique_ptr<HelperThreads>> Start(size_t count, Step step, void* context);
  // Joins the threads. Not while work is open.
  ~HelperThreads();

  // Announces work. Takes no lock; wakes sleeping helpers by one system call, or by none if they
  // are awake. Call it at the start of the work only.
  void Open() noexcept;
  // Ends the work. Real-time safe.
  void Close() noexcept DFN_REALTIME;

 private:
  enum : uint32_t { kClosed, kOpen, kStop };

  HelperThreads(Step step, void* context) : step_(step), context_(context) {}
  void Help() noexcept;
  void Rest() noexcept;

  alignas(kAlignmentBytes) std::atomic<uint32_t> state_{kClosed};
  Step step_;
  void* context_;
  std::vector<std::thread> threads_;
};

}  // namespace dfn

#endif  // DEEPFILTER_BASE_HELPER_THREADS_H_
