#include "cli/enhance/spread_work.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "os/process/interrupt.h"

namespace dfn {
namespace {

// The longest time until an interrupt is noticed.
constexpr std::chrono::milliseconds kInterruptTime{50};

}  // namespace

Result<std::unique_ptr<SpreadWork>> SpreadWork::Start(size_t pieces, size_t threads,
                                                      std::function<void(size_t piece)> work) {
  std::unique_ptr<SpreadWork> spread(new SpreadWork(pieces, std::move(work)));
  const size_t wanted = std::min(threads, pieces);
  spread->threads_.reserve(wanted);
  try {
    while (spread->threads_.size() < wanted) {
      spread->threads_.emplace_back([&work_of = *spread] { work_of.Help(); });
    }
  } catch (const std::system_error& error) {
    // Fewer threads do the same work.
    if (spread->threads_.empty()) {
      spread->finished_ = pieces;
      return Error{ErrorCode::kIo, std::string("a thread cannot be started: ") + error.what()};
    }
  }
  return spread;
}

SpreadWork::~SpreadWork() {
  {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kInterruptTime, [&] { return finished_ == done_.size(); })) {
      PassOnInterrupt();
    }
  }
  for (std::thread& thread : threads_) thread.join();
}

bool SpreadWork::Wait(size_t piece, std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    if (done_[piece] || now >= end) return done_[piece];
    changed_.wait_until(lock, std::min(end, now + kInterruptTime));
    PassOnInterrupt();
  }
}

// Interrupts the threads again and again until they are done, because the signal may have come just
// before one of them began to block.
void SpreadWork::PassOnInterrupt() {
  if (!Interrupted()) return;
  for (std::thread& thread : threads_) InterruptThread(thread);
}

void SpreadWork::Help() {
  std::unique_lock lock(mutex_);
  while (next_ < done_.size()) {
    const size_t piece = next_++;
    lock.unlock();
    work_(piece);
    lock.lock();
    done_[piece] = true;
    ++finished_;
    changed_.notify_all();
  }
}

}  // namespace dfn
