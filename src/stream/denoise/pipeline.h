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
#include "base/realtime.h"
#include "base/result.h"
#include "stream/denoise/chunk_work.h"

namespace dfn {

// The owner of the steps. A step must not write memory that a step running beside it uses; it sees
// all that the steps ordered before it have written.
class ChunkWorker {
 public:
  virtual ~ChunkWorker() = default;
  // `number` counts the chunks from the stream's start. Any thread. Real-time safe.
  virtual void RunStep(ChunkStep step, uint64_t number) noexcept DFN_REALTIME = 0;
};

// One thread runs step after step, chunk after chunk. Of several threads, each takes the first step
// that is ready: the two decoders of a single chunk run side by side, and with many chunks the
// encoder of the next ones runs beside them. A helper that sleeps, or has lost its core between two
// steps, delays nothing, since the other threads take the steps that it does not.
class Pipeline {
 public:
  // How many chunks may be processed at once.
  static size_t MaxChunks(size_t threads) { return threads > 1 ? kMaxChunks : 1; }

  // `worker` must outlive this and have room for MaxChunks(threads) chunks. Threads beyond
  // kChunkSteps would find nothing to do and are not started. Preparation only.
  // Errors: kIo (the system refuses a thread).
  static Result<std::unique_ptr<Pipeline>> Create(ChunkWorker& worker, size_t threads);

  // Takes the next `chunks` chunks through all steps. Real-time safe, with threads as far as
  // HelperThreads::Open is.
  void Run(uint64_t chunks) noexcept DFN_REALTIME;

  // How many chunks Run was asked for so far, which is the number of the next one. Only on the
  // thread that calls Run. Real-time safe.
  uint64_t chunks() const noexcept DFN_REALTIME { return given_.load(std::memory_order_relaxed); }

 private:
  // Three lanes of about the same length keep two threads busy only if the encoder may be more than
  // one chunk ahead; a fourth chunk gains nothing.
  static constexpr size_t kMaxChunks = 3;

  // A step's progress: 2 n while chunk n is next, 2 n + 1 while a thread runs the step on chunk n.
  // On a cache line of its own, as every idle thread reads it.
  struct alignas(kAlignmentBytes) Lane {
    std::atomic<uint64_t> progress{0};
    uint64_t done() const noexcept DFN_REALTIME {
      return progress.load(std::memory_order_acquire) / 2;
    }
  };

  explicit Pipeline(ChunkWorker& worker) : worker_(worker) {}
  bool Ready(ChunkStep step, uint64_t chunk) const noexcept DFN_REALTIME;
  bool TryStep() noexcept DFN_REALTIME;
  bool TryLane(ChunkStep step) noexcept DFN_REALTIME;
  Lane& lane(ChunkStep step) noexcept DFN_REALTIME { return lanes_[static_cast<size_t>(step)]; }
  const Lane& lane(ChunkStep step) const noexcept DFN_REALTIME {
    return lanes_[static_cast<size_t>(step)];
  }

  ChunkWorker& worker_;
  std::array<Lane, kChunkSteps> lanes_;
  alignas(kAlignmentBytes) std::atomic<uint64_t> given_{0};  // chunks that Run was asked for so far
  // Declared last, so that the threads end before the memory that they read is freed.
  std::unique_ptr<HelperThreads> helpers_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_PIPELINE_H_
