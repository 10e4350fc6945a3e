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
#include "base/result.h"

namespace dfn {

// Between Open and Close every helper calls `step` over and over, spinning where it finds nothing
// to do. After Close it spins a few microseconds more, for the case that the next Open follows at
// once, then sleeps. Nothing waits for a helper to wake: work has to be such that whoever comes
// first takes it.
//
// Helpers inherit the scheduling of the thread that calls Start, where the system has it so; each
// wants a core of its own while work is open.
class HelperThreads {
 public:
  // Does one piece of work, if one is ready; whether it did. Called by all helpers at once, and
  // possibly shortly after Close.
  using Step = bool (*)(void* context) noexcept;

  // Starts `count` threads, `context` goes to `step`. Allocates; preparation only.
  // Errors: kIo, the system gives no thread.
  static Result<std::unique_ptr<HelperThreads>> Start(size_t count, Step step, void* context);
  // Joins. Not while work is open.
  ~HelperThreads();

  // Work is there. Takes no lock; wakes sleeping helpers by one call to the system (none where they
  // are awake), hence at the start of the work and never in its midst.
  void Open() noexcept;
  // No more work. Real-time safe.
  void Close() noexcept;

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
