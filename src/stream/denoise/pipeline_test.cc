#include "stream/denoise/pipeline.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace dfn {
namespace {

// Checks the order that each step may rely on. Steps share plain memory, so a thread sanitizer
// finds accesses that the pipeline does not order.
class CheckingWorker : public ChunkWorker {
 public:
  explicit CheckingWorker(size_t chunks) : slots_(chunks) {}

  void RunStep(ChunkStep step, uint64_t chunk) noexcept override {
    const size_t lane = static_cast<size_t>(step);
    Slot& slot = slots_[chunk % slots_.size()];
    Expect(next_[lane] == chunk);
    next_[lane] = chunk + 1;
    switch (step) {
      case ChunkStep::kEncode:
        // The slot is free, since its last chunk has been output.
        Expect(slot.encoded == slot.sent);
        slot.encoded = chunk + 1;
        break;
      case ChunkStep::kErb:
        Expect(slot.encoded == chunk + 1);
        slot.masked = chunk + 1;
        break;
      case ChunkStep::kDf:
        Expect(slot.encoded == chunk + 1);
        slot.filtered = chunk + 1;
        break;
      case ChunkStep::kSynthesize:
        Expect(slot.masked == chunk + 1 && slot.filtered == chunk + 1);
        slot.sent = chunk + 1;
        break;
    }
    // The steps take different times, so that threads overtake each other.
    for (volatile uint64_t i = 0; i < (chunk * 7 + lane * 13) % 50 * 20;) i = i + 1;
  }

  void ExpectDone(uint64_t chunks) const {
    EXPECT_TRUE(in_order_);
    for (uint64_t next : next_) EXPECT_EQ(next, chunks);
  }

 private:
  // The number of chunks in this slot that the step has processed.
  struct Slot {
    uint64_t encoded = 0;
    uint64_t masked = 0;
    uint64_t filtered = 0;
    uint64_t sent = 0;
  };

  void Expect(bool holds) noexcept {
    if (!holds) in_order_ = false;
  }

  std::vector<Slot> slots_;
  std::array<uint64_t, kChunkSteps> next_{};
  std::atomic<bool> in_order_{true};
};

class PipelineTest : public testing::TestWithParam<size_t> {};

INSTANTIATE_TEST_SUITE_P(Threads, PipelineTest, testing::Values(1, 2, 3, 4, 9));

TEST_P(PipelineTest, KeepsTheOrderOfSteps) {
  CheckingWorker worker(Pipeline::MaxChunks(GetParam()));
  auto pipeline = Pipeline::Create(worker, GetParam());
  ASSERT_TRUE(pipeline.ok());
  uint64_t chunks = 0;
  for (uint64_t call = 0; call < 300; ++call) {
    const uint64_t now = call % 3 == 0 ? 1 : call % 11;
    (*pipeline)->Run(now);
    chunks += now;
    EXPECT_EQ((*pipeline)->chunks(), chunks);
    worker.ExpectDone(chunks);
    if (call % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace
}  // namespace dfn
