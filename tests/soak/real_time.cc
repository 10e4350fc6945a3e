// A stream that is played in real time beside busy neighbours, and who was to blame for each block
// that came late.
//
//   real_time_run SECONDS MODEL [BLOCK]...     default blocks: 64 128 256 1024 samples
//
// For each block size a thread at real-time priority (where that may be given) wakes at the start of
// each block's time, as a sound card would wake it, and calls dfn_stream_process. A thread of a higher
// priority on the same core wakes half a block later and does nothing: what it misses, nobody but the
// machine can have missed. On every core a neighbour of normal priority walks through memory.
//
// A block is missed if its samples are not there when the next block's time begins. What took the
// larger part of that time tells why:
//   woken late    the thread woke so late
//   stopped       the call took more time than its thread had on the processor, by more than a tenth
//                 of the block's time
//   long call     the call itself, or a machine that was slow or stopped and did not tell its guest
// Exit status: 0 at most one call, and twice what the idle loop missed, was long; 1 more were; 2 usage.
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/noise.h"
#include "base/percentile.h"
#include "deepfilter/deepfilter.h"

namespace dfn::test {
namespace {

constexpr int64_t kNsPerSecond = 1000000000;
constexpr int kPlayerPriority = 70;
constexpr size_t kNeighbourBytes = size_t{64} << 20;

int64_t Now(clockid_t clock) {
  timespec time = {};
  clock_gettime(clock, &time);
  return time.tv_sec * kNsPerSecond + time.tv_nsec;
}

void SleepUntil(int64_t ns) {
  const timespec time = {static_cast<time_t>(ns / kNsPerSecond),
                         static_cast<long>(ns % kNsPerSecond)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) != 0) {
  }
}

// The calling thread on the last core, at a real-time priority. False: not allowed.
bool BecomePlayer(int priority) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(std::max(std::thread::hardware_concurrency(), 1u) - 1, &cores);
  pthread_setaffinity_np(pthread_self(), sizeof(cores), &cores);
  const sched_param parameters = {.sched_priority = priority};
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) == 0;
}

// Calls `block` at the start of each block's time; a time that has passed is left out.
template <class Block>
void Play(int64_t begin_ns, int64_t period_ns, int64_t count, const Block& block) {
  for (int64_t n = 0; n < count; ++n) {
    const int64_t due = begin_ns + n * period_ns;
    SleepUntil(due);
    block(due);
    n += std::max<int64_t>(0, (Now(CLOCK_MONOTONIC) - due) / period_ns - 1);
  }
}

struct Call {
  float late_us = 0.0f;       // from the start of the block's time to the start of the call
  float took_us = 0.0f;       // the call
  float processor_us = 0.0f;  // the thread's share of that
};

float Us(int64_t ns) { return static_cast<float>(ns) * 1e-3f; }

void Print(const char* name, std::vector<float> times) {
  std::sort(times.begin(), times.end());
  const std::span<const float> sorted(times);
  std::printf("  %s median %.0f, p99 %.0f, p99.9 %.0f, most %.0f us\n", name,
              Percentile(sorted, 50.0), Percentile(sorted, 99.0), Percentile(sorted, 99.9),
              sorted.back());
}

// False: a call was too long by itself.
bool Report(size_t block, int64_t period_ns, const std::vector<Call>& calls, int64_t idle_missed) {
  std::vector<float> late;
  std::vector<float> took;
  for (const Call& call : calls) {
    late.push_back(call.late_us);
    took.push_back(call.took_us);
  }
  const float period_us = Us(period_ns);
  size_t woken_late = 0;
  size_t stopped = 0;
  size_t long_calls = 0;
  for (const Call& call : calls) {
    if (call.late_us + call.took_us <= period_us) continue;
    if (call.late_us >= call.took_us) {
      ++woken_late;
    } else if (call.took_us - call.processor_us > 0.1f * period_us) {
      ++stopped;
    } else {
      ++long_calls;
    }
  }
  std::printf("%zu samples (%.0f us), %zu blocks\n", block, period_us, calls.size());
  Print("call ", took);
  Print("woken", late);
  std::printf(
      "  missed %zu: woken late %zu, stopped %zu, long call %zu; an idle loop missed %lld\n",
      woken_late + stopped + long_calls, woken_late, stopped, long_calls,
      static_cast<long long>(idle_missed));
  std::fflush(stdout);
  // A guest is not told of every moment in which its machine stops.
  return long_calls <= static_cast<size_t>(2 * idle_missed) + 1;
}

bool Run(dfn_model* model, size_t block, double seconds) {
  dfn_stream* stream = nullptr;
  if (dfn_stream_create(model, nullptr, &stream, nullptr) != DFN_OK) return false;
  std::vector<float> sound(48000);
  NoiseGenerator noise;
  for (float& sample : sound) {
    sample = static_cast<float>(static_cast<int32_t>(noise.NextBits())) * 0x1p-35f;
  }
  std::vector<float> out(block);
  const int64_t period_ns = static_cast<int64_t>(block) * kNsPerSecond / 48000;
  const int64_t count = static_cast<int64_t>(seconds * 1e9) / period_ns;
  std::vector<Call> calls(static_cast<size_t>(count));
  size_t called = 0;
  int64_t idle_missed = 0;
  bool held = true;
  std::atomic<bool> allowed{true};
  const int64_t begin = Now(CLOCK_MONOTONIC) + kNsPerSecond / 2;
  std::thread idle([&] {
    if (!BecomePlayer(kPlayerPriority + 1)) allowed = false;
    Play(begin + period_ns / 2, period_ns, count, [&](int64_t due) {
      if (Now(CLOCK_MONOTONIC) - due > period_ns) ++idle_missed;
    });
  });
  std::thread player([&] {
    if (!BecomePlayer(kPlayerPriority)) allowed = false;
    size_t at = 0;
    Play(begin, period_ns, count, [&](int64_t due) {
      const int64_t start = Now(CLOCK_MONOTONIC);
      const int64_t processor = Now(CLOCK_THREAD_CPUTIME_ID);
      const float* in = sound.data() + at;
      float* to = out.data();
      held &= dfn_stream_process(stream, &in, &to, block) == DFN_OK;
      calls[called++] = {Us(start - due), Us(Now(CLOCK_MONOTONIC) - start),
                         Us(Now(CLOCK_THREAD_CPUTIME_ID) - processor)};
      at = at + 2 * block <= sound.size() ? at + block : 0;
    });
  });
  player.join();
  idle.join();
  if (!allowed) std::puts("NOT TESTED at real-time priority: this user may not have it");
  calls.resize(called);
  dfn_stream_free(stream);
  return Report(block, period_ns, calls, idle_missed) && held;
}

class Neighbours {
 public:
  Neighbours() {
    for (unsigned i = 0; i < std::max(std::thread::hardware_concurrency(), 1u); ++i) {
      threads_.emplace_back([this] {
        std::vector<uint64_t> memory(kNeighbourBytes / sizeof(uint64_t));
        while (!ends_.load(std::memory_order_relaxed)) {
          for (uint64_t& word : memory) word = word * 6364136223846793005u + 1;
        }
      });
    }
  }
  ~Neighbours() {
    ends_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;

 private:
  std::atomic<bool> ends_{false};
  std::vector<std::thread> threads_;
};

}  // namespace
}  // namespace dfn::test

int main(int count, char** values) {
  const double seconds = count > 2 ? std::atof(values[1]) : 0.0;
  std::vector<size_t> blocks;
  for (int i = 3; i < count; ++i) blocks.push_back(std::strtoul(values[i], nullptr, 10));
  if (seconds < 1.0 || std::count(blocks.begin(), blocks.end(), 0) > 0) {
    std::fputs("usage: real_time_run SECONDS MODEL [BLOCK]...    at least one second\n", stderr);
    return 2;
  }
  if (blocks.empty()) blocks = {64, 128, 256, 1024};
  dfn_model* model = nullptr;
  if (dfn_model_open(values[2], nullptr, &model, nullptr) != DFN_OK) {
    std::fprintf(stderr, "cannot open %s\n", values[2]);
    return 2;
  }
  bool held = true;
  {
    const dfn::test::Neighbours neighbours;
    for (const size_t block : blocks) held &= dfn::test::Run(model, block, seconds);
  }
  dfn_model_free(model);
  return held ? 0 : 1;
}
