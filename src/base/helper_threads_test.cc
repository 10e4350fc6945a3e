#include "base/helper_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace dfn {
namespace {

struct Work {
  std::atomic<int> ready{0};
  std::atomic<int> done{0};

  static bool Step(void* context) noexcept {
    Work& work = *static_cast<Work*>(context);
    int seen = work.ready.load();
    while (seen > 0) {
      if (work.ready.compare_exchange_weak(seen, seen - 1)) {
        ++work.done;
        return true;
      }
    }
    return false;
  }
};

void WaitFor(const std::atomic<int>& count, int value) {
  while (count.load() < value) std::this_thread::yield();
}

TEST(HelperThreadsTest, WorkWhileItIsOpenAndAreWokenForMore) {
  Work work;
  auto helpers = HelperThreads::Start(2, Work::Step, &work);
  ASSERT_TRUE(helpers.ok());
  int given = 0;
  // Long enough to fall asleep, and no pause at all.
  for (std::chrono::milliseconds pause : {std::chrono::milliseconds(20), {}, {}}) {
    std::this_thread::sleep_for(pause);
    work.ready += 100;
    given += 100;
    (*helpers)->Open();
    WaitFor(work.done, given);
    (*helpers)->Close();
  }
  EXPECT_EQ(work.done, given);
}

TEST(HelperThreadsTest, RestWhileClosed) {
  Work work;
  auto helpers = HelperThreads::Start(1, Work::Step, &work);
  ASSERT_TRUE(helpers.ok());
  work.ready = 1;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(work.done, 0);
  (*helpers)->Open();
  WaitFor(work.done, 1);
  (*helpers)->Close();
}

// A helper that waits for work that never comes still stops on request.
TEST(HelperThreadsTest, EndFromAnyState) {
  for (int i = 0; i < 50; ++i) {
    Work work;
    auto helpers = HelperThreads::Start(3, Work::Step, &work);
    ASSERT_TRUE(helpers.ok());
    if (i % 2 == 1) (*helpers)->Open();
    if (i % 5 == 1) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (i % 4 == 1) (*helpers)->Close();
  }
}

TEST(HelperThreadsTest, NoneAreFine) {
  Work work;
  auto helpers = HelperThreads::Start(0, Work::Step, &work);
  ASSERT_TRUE(helpers.ok());
  (*helpers)->Open();
  (*helpers)->Close();
}

}  // namespace
}  // namespace dfn
