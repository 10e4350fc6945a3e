#include "cli/enhance/spread_work.h"

#include <gtest/gtest.h>
#if !defined(_WIN32)
#include <signal.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <numeric>
#include <vector>

#include "os/process/interrupt.h"

namespace dfn {
namespace {

constexpr std::chrono::milliseconds kLong{60000};

TEST(SpreadWorkTest, EveryPieceIsDoneOnceAndInOrderOfBeginning) {
  for (const size_t threads : {1u, 2u, 5u, 40u}) {
    constexpr size_t kPieces = 30;
    std::mutex mutex;
    std::vector<size_t> begun;
    std::array<size_t, kPieces> result{};
    const auto work = SpreadWork::Start(kPieces, threads, [&](size_t piece) {
      {
        const std::lock_guard lock(mutex);
        begun.push_back(piece);
      }
      result[piece] = piece + 1;
    });
    ASSERT_TRUE(work.ok());
    for (size_t i = 0; i < kPieces; ++i) {
      ASSERT_TRUE((*work)->Wait(i, kLong));
      EXPECT_EQ(result[i], i + 1);
    }
    // Threads record an item after they have taken it, so an item may be recorded early by fewer
    // places than there are threads.
    ASSERT_EQ(begun.size(), kPieces);
    for (size_t i = 0; i < kPieces; ++i) {
      EXPECT_LE(begun[i], i + std::min(threads, kPieces) - 1);
    }
    std::sort(begun.begin(), begun.end());
    std::vector<size_t> all(kPieces);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(begun, all);
  }
}

TEST(SpreadWorkTest, PiecesRunSideBySideAndTheDestructorWaits) {
  std::atomic<int> inside{0};
  std::atomic<int> done{0};
  {
    const auto work = SpreadWork::Start(2, 2, [&](size_t) {
      // Each waits until the other has begun.
      ++inside;
      while (inside.load() < 2) std::this_thread::yield();
      ++done;
    });
    ASSERT_TRUE(work.ok());
  }
  EXPECT_EQ(done.load(), 2);
}

TEST(SpreadWorkTest, WaitGivesUpWhileAPieceIsInWork) {
  std::atomic<bool> go{false};
  const auto work = SpreadWork::Start(1, 1, [&](size_t) {
    while (!go.load()) std::this_thread::yield();
  });
  ASSERT_TRUE(work.ok());
  EXPECT_FALSE((*work)->Wait(0, std::chrono::milliseconds(5)));
  go = true;
  EXPECT_TRUE((*work)->Wait(0, kLong));
}

TEST(SpreadWorkTest, NoPiecesNeedNoThreads) {
  EXPECT_TRUE(SpreadWork::Start(0, 4, [](size_t) { FAIL(); }).ok());
}

#if !defined(_WIN32)  // signals
// Ends with status 42 when a signal to this process has ended the reads of three threads.
[[noreturn]] void ReadUntilInterrupted() {
  InstallSignalHandlers();
  int ends[2];
  if (pipe(ends) != 0) _exit(1);
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  {
    const auto work = SpreadWork::Start(3, 3, [&](size_t) {
      char byte = 0;
      ++begun;
      // The pipe never gets any data.
      if (read(ends[0], &byte, 1) < 0 && Interrupted()) ++ended;
    });
    while (begun.load() < 3) std::this_thread::yield();
    kill(getpid(), SIGTERM);
  }
  _exit(ended.load() == 3 ? 42 : 1);
}

// This runs in a child process, as an interrupted process cannot be reset.
TEST(SpreadWorkDeathTest, AnInterruptEndsWhatBlocksInEveryThread) {
  EXPECT_EXIT(ReadUntilInterrupted(), testing::ExitedWithCode(42), "");
}
#endif

}  // namespace
}  // namespace dfn
