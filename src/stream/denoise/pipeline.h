// Runs the steps of a stream's chunks on one thread or several, in an order that gives the same
// bits for any number.
#ifndef DEEPFILTER_STREAM_DENOISE_PIPELINE_H_
#define DEEPFILTER_STREAM_DENOISE_PIPELINE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/aligned_buffer.h"
#include "base/helper_threads.h"
#include "base/result.h"

namespace dfn {

// What is done to a chunk. Each step takes the chunks one after the other; kEncode of a chunk comes
// before its kErb and kDf, and both before its kSynthesize. Nothing else is ordered.
enum class ChunkStep { kEncode, kErb, kDf, kSynthesize };
inline constexpr size_t kChunkSteps = 4;

// Whoever has the steps. Each must keep to memory that no step running beside it writes; a step
// sees all that the steps ordered before it have written.
class ChunkWorker {
 public:
  virtual ~ChunkWorker() = default;
  // Chunks are counted from the stream's start. Any thread. Real-time safe.
  virtual void RunStep(ChunkStep step, uint64_t chunk) noexcept = 0;
};

// With one thread: step after step, chunk after chunk. With more, a thread takes the first step
// that is ready: of a single chunk the two decoders run side by side, of many chunks also the
// encoder of the next ones. A helper that sleeps, or has lost its core between two steps, delays
// nothing, since the others take what it does not.
class Pipeline {
 public:
  // Chunks that may be in work at once.
  static size_t Slots(size_t threads) { return threads > 1 ? kSlots : 1; }

  // `worker` outlives this and counts on at most Slots(threads) chunks at once. Threads beyond
  // kChunkSteps would find nothing to do and are not started. Preparation only.
  // Errors: kIo, the system gives no thread.
  static Result<std::unique_ptr<Pipeline>> Create(ChunkWorker& worker, size_t threads);

  // Takes the next `chunks` chunks through all steps. Real-time safe; with threads, as
  // HelperThreads::Open.
  void Run(uint64_t chunks) noexcept;

  // Chunks that Run was asked for so far: the number of the next one. For who calls Run.
  uint64_t chunks() const noexcept { return given_.load(std::memory_order_relaxed); }

 private:
  // Three lanes of about the same length keep two threads busy only if the encoder may be more than
  // one chunk ahead; a fourth slot gains nothing.
  static constexpr size_t kSlots = 3;

  // A step's progress: 2 n, chunk n is next; 2 n + 1, a thread has it in hand. On a cache line of
  // its own, as every idle thread looks at it.
  struct alignas(kAlignmentBytes) Lane {
    std::atomic<uint64_t> progress{0};
    uint64_t done() const noexcept { return progress.load(std::memory_order_acquire) / 2; }
  };

  explicit Pipeline(ChunkWorker& worker) : worker_(worker) {}
  bool Ready(ChunkStep step, uint64_t chunk) const noexcept;
  bool TryStep() noexcept;
  bool TryLane(ChunkStep step) noexcept;
  Lane& lane(ChunkStep step) noexcept { return lanes_[static_cast<size_t>(step)]; }
  const Lane& lane(ChunkStep step) const noexcept { return lanes_[static_cast<size_t>(step)]; }

  ChunkWorker& worker_;
  std::array<Lane, kChunkSteps> lanes_;
  alignas(kAlignmentBytes) std::atomic<uint64_t> given_{0};  // chunks that Run was asked for so far
  // Declared last: joined before anything that a helper looks at goes.
  std::unique_ptr<HelperThreads> helpers_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_PIPELINE_H_
