// Tests that the traps catch the calls that they are for; otherwise a test without caught calls
// would prove nothing.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "rt/system_calls.h"
#include "rt/trap.h"

namespace dfn::test {
namespace {

// Makes a call that a compiler may not remove.
void* volatile sink;
const char* volatile empty = "";

std::string Caught(const std::function<void()>& work) {
  TakeTrapped();
  {
    RealTimeScope scope;
    work();
  }
  return TakeTrapped();
}

std::mutex mutex;
std::shared_mutex shared_mutex;

struct Planted {
  const char* name;
  const char* caught;  // one of its calls by name
  std::function<void()> work;
};
void PrintTo(const Planted& planted, std::ostream* out) { *out << planted.name; }

class TrapTest : public ::testing::TestWithParam<Planted> {};

TEST_P(TrapTest, IsCaught) {
  const std::string caught = Caught(GetParam().work);
  EXPECT_NE(caught.find(GetParam().caught), std::string::npos) << "\"" << caught << "\"";
}

const Planted kPlanted[] = {
    {"New", "malloc",
     [] {
       int* number = new int(1);
       sink = number;
       delete number;
     }},
    {"AlignedNew", "aligned_alloc",
     [] {
       struct alignas(64) Line {
         char bytes[64];
       };
       Line* line = new Line;
       sink = line;
       delete line;
     }},
    {"Vector", "malloc",
     [] {
       std::vector<float> values(100);
       sink = values.data();
     }},
    {"Free", "free", [memory = std::malloc(10)] { std::free(memory); }},
    {"Calloc", "calloc",
     [] {
       sink = std::calloc(3, 5);
       std::free(sink);
     }},
    {"Mutex", "pthread_mutex_lock", [] { std::lock_guard<std::mutex> lock(mutex); }},
    {"TryLock", "pthread_mutex_trylock",
     [] { std::unique_lock<std::mutex> lock(mutex, std::try_to_lock); }},
    {"SharedMutex", "pthread_rwlock_rdlock",
     [] { std::shared_lock<std::shared_mutex> lock(shared_mutex); }},
    {"Notify", "pthread_cond",
     [] {
       std::condition_variable condition;
       condition.notify_all();
     }},
    {"Futex", "syscall", [] { syscall(SYS_futex, &sink, 1, 1, nullptr, nullptr, 0); }},
    {"SteadyClock", "clock_gettime",
     [] { EXPECT_GT(std::chrono::steady_clock::now().time_since_epoch().count(), 0); }},
    {"SystemClock", "clock_gettime",
     [] { EXPECT_GT(std::chrono::system_clock::now().time_since_epoch().count(), 0); }},
    {"Time", "time", [] { EXPECT_GT(std::time(nullptr), 0); }},
    {"Sleep", "nanosleep", [] { std::this_thread::sleep_for(std::chrono::nanoseconds(1)); }},
    {"Yield", "sched_yield", [] { std::this_thread::yield(); }},
    {"Printf", "printf", [] { std::printf("%s", empty); }},
    {"Fprintf", "fprintf", [] { std::fprintf(stderr, "%s%s", empty, empty); }},
    {"Snprintf", "snprintf",
     [] {
       char text[8];
       EXPECT_EQ(std::snprintf(text, sizeof(text), "%s", empty), 0);
     }},
    {"Write", "write", [] { EXPECT_EQ(write(1, "", 0), 0); }},
    {"Fopen", "fopen", [] { std::fclose(std::fopen("/dev/null", "r")); }},
    {"Stream", "fopen", [] { std::ifstream file("/dev/null"); }},
    {"Syslog", "syslog", [] { syslog(LOG_DEBUG, "%s", empty); }},
    {"Getenv", "getenv", [] { sink = std::getenv("HOME"); }},
    {"Thread", "malloc", [] { std::thread([] {}).join(); }},
};

INSTANTIATE_TEST_SUITE_P(Calls, TrapTest, ::testing::ValuesIn(kPlanted),
                         [](const auto& test) { return test.param.name; });

TEST(TrapScopeTest, CatchesNothingWhereThereIsNothing) {
  std::vector<float> values(1000, 1.0f);
  float sum = 0.0f;
  EXPECT_EQ(Caught([&] {
              for (float value : values) sum += value;
            }),
            "");
  EXPECT_EQ(sum, 1000.0f);
}

TEST(TrapScopeTest, BelongsToItsThreadAndItsScope) {
  TakeTrapped();
  std::atomic<bool> armed{false};
  std::atomic<bool> allocated{false};
  std::thread other([&] {
    while (!armed.load()) std::this_thread::yield();
    sink = std::malloc(1);
    std::free(sink);
    allocated.store(true);
  });
  {
    RealTimeScope scope;
    armed.store(true);
    while (!allocated.load()) {
    }
  }
  other.join();
  EXPECT_EQ(TakeTrapped(), "");
}

TEST(SystemCallsTest, OnesThatNoFunctionMakesAreSeen) {
  volatile float work = 1.0f;
  const SystemCalls none = RunWithoutSystemCalls([&] {
    for (int i = 0; i < 1000; ++i) work = work * 1.01f;
  });
  if (!none.not_tested.empty()) GTEST_SKIP() << "NOT TESTED: " << none.not_tested;
  EXPECT_EQ(none.failure, "");
  EXPECT_EQ(none.count, 0u);

  const SystemCalls two = RunWithoutSystemCalls([] {
    static_cast<void>(getppid());
    static_cast<void>(write(1, "never seen\n", 11));
  });
  EXPECT_EQ(two.failure, "");
  EXPECT_EQ(two.numbers, (std::vector<int>{SYS_getppid, SYS_write}));

  const SystemCalls crash = RunWithoutSystemCalls([] { __builtin_trap(); });
  EXPECT_NE(crash.failure, "");
}

}  // namespace
}  // namespace dfn::test
