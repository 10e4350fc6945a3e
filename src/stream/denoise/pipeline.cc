#include "stream/denoise/pipeline.h"

#include <algorithm>

#include "base/spin_wait.h"

namespace dfn {

Result<std::unique_ptr<Pipeline>> Pipeline::Create(ChunkWorker& worker, size_t threads) {
  std::unique_ptr<Pipeline> pipeline(new Pipeline(worker));
  const size_t helpers = std::min(threads, kChunkSteps) - 1;
  if (helpers > 0) {
    const auto step = [](void* context) noexcept {
      return static_cast<Pipeline*>(context)->TryStep();
    };
    DFN_TRY(pipeline->helpers_, HelperThreads::Start(helpers, step, pipeline.get()));
  }
  return pipeline;
}

void Pipeline::Run(uint64_t chunks) noexcept {
  const uint64_t first = given_.load(std::memory_order_relaxed);
  const uint64_t end = first + chunks;
  if (helpers_ == nullptr) {
    for (uint64_t chunk = first; chunk < end; ++chunk) {
      for (size_t step = 0; step < kChunkSteps; ++step) {
        worker_.RunStep(static_cast<ChunkStep>(step), chunk);
      }
    }
    given_.store(end, std::memory_order_relaxed);
    return;
  }
  given_.store(end, std::memory_order_release);
  helpers_->Open();
  SpinWait wait;
  while (lane(ChunkStep::kSynthesize).done() < end) {
    if (TryStep()) {
      wait.Reset();
    } else {
      wait.Once();
    }
  }
  helpers_->Close();
}

bool Pipeline::Ready(ChunkStep step, uint64_t chunk) const noexcept {
  switch (step) {
    case ChunkStep::kEncode:
      return chunk < given_.load(std::memory_order_acquire) &&
             chunk < lane(ChunkStep::kSynthesize).done() + kMaxChunks;
    case ChunkStep::kErb:
    case ChunkStep::kDf:
      return chunk < lane(ChunkStep::kEncode).done();
    case ChunkStep::kSynthesize:
      return chunk < lane(ChunkStep::kErb).done() && chunk < lane(ChunkStep::kDf).done();
  }
  return false;
}

// Tries the oldest chunk's steps first, so that its memory comes free, and of the decoders the
// longer one.
bool Pipeline::TryStep() noexcept {
  return TryLane(ChunkStep::kSynthesize) || TryLane(ChunkStep::kDf) || TryLane(ChunkStep::kErb) ||
         TryLane(ChunkStep::kEncode);
}

// A step that is ready stays so until it is taken, and progress only grows: the thread that swaps
// it from 2 n to 2 n + 1 has chunk n, however long ago it looked.
bool Pipeline::TryLane(ChunkStep step) noexcept {
  std::atomic<uint64_t>& progress = lane(step).progress;
  uint64_t seen = progress.load(std::memory_order_acquire);
  if (seen % 2 != 0 || !Ready(step, seen / 2)) return false;
  if (!progress.compare_exchange_strong(seen, seen + 1, std::memory_order_acquire,
                                        std::memory_order_relaxed)) {
    return false;
  }
  worker_.RunStep(step, seen / 2);
  progress.store(seen + 2, std::memory_order_release);
  return true;
}

}  // namespace dfn
