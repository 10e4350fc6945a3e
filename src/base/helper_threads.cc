#include "base/helper_threads.h"

#include <string>
#include <system_error>

#include "base/spin_wait.h"

namespace dfn {
namespace {

// Some 50 microseconds: long enough for a caller that brings hop after hop, and half a percent of a
// core for a caller that brings a hop every 10 ms.
constexpr size_t kLingerSpins = 2'000;

}  // namespace

Result<std::unique_ptr<HelperThreads>> HelperThreads::Start(size_t count, Step step,
                                                            void* context) {
  std::unique_ptr<HelperThreads> helpers(new HelperThreads(step, context));
  helpers->threads_.reserve(count);
  try {
    for (size_t i = 0; i < count; ++i) {
      helpers->threads_.emplace_back([self = helpers.get()] { self->Help(); });
    }
  } catch (const std::system_error&) {
    return Error{ErrorCode::kIo, "the system gave " + std::to_string(helpers->threads_.size()) +
                                     " of " + std::to_string(count) + " threads"};
  }
  return helpers;
}

HelperThreads::~HelperThreads() {
  state_.store(kStop);
  state_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

// Sequentially consistent, as is the count of sleepers that notify_all looks at: one of the two
// sides sees the other.
void HelperThreads::Open() noexcept {
  state_.store(kOpen);
  state_.notify_all();
}

void HelperThreads::Close() noexcept { state_.store(kClosed, std::memory_order_release); }

void HelperThreads::Help() noexcept {
  SpinWait wait;
  for (;;) {
    const uint32_t state = state_.load(std::memory_order_acquire);
    if (state == kStop) return;
    if (state == kClosed) {
      Rest();
      wait.Reset();
    } else if (step_(context_)) {
      wait.Reset();
    } else {
      wait.Once();
    }
  }
}

void HelperThreads::Rest() noexcept {
  for (size_t i = 0; i < kLingerSpins; ++i) {
    if (state_.load(std::memory_order_relaxed) != kClosed) return;
    Pause();
  }
  state_.wait(kClosed, std::memory_order_acquire);
}

}  // namespace dfn
