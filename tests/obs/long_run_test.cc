// Runs the filter in real time for as long as $DEEPFILTER_LONG_SECONDS says, with settings that
// change every second, and checks that the process does not grow.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "obs/host.h"
#include "plugins/host_programs.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

// Resident memory in KiB.
long ResidentKib() {
  std::ifstream statm("/proc/self/statm");
  long size = 0, resident = 0;
  statm >> size >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

TEST(ObsLongRun, MemoryIsFlat) {
  DFN_OBS_OR_SKIP();
  const char* wanted = std::getenv("DEEPFILTER_LONG_SECONDS");
  const long seconds = wanted == nullptr ? 8 : std::atol(wanted);
  FilteredSource source(48000, 2);
  source.Forget();
  const Planar sound = TestSound(2, 48000, 48000);
  const char* const changes[] = {R"({"attenuation_limit": 24.0})", R"({"channel_mode": "downmix"})",
                                 R"({"bypass": true})", R"({"channel_mode": "linked"})",
                                 R"({"bypass": false, "attenuation_limit": 100.0})"};
  const auto begin = std::chrono::steady_clock::now();
  // Every kind of change has come once before the measure begins.
  const long warm_up = static_cast<long>(std::size(changes)) + 1;
  long before_kib = 0, most_kib = 0;
  for (long second = 0; second < seconds; ++second) {
    source.Update(changes[second % static_cast<long>(std::size(changes))]);
    for (size_t block = 0; block < 100; ++block) {
      const uint64_t done = static_cast<uint64_t>(second) * 100 + block;
      std::this_thread::sleep_until(begin + std::chrono::milliseconds(10 * done));
      source.PutBlock(sound, block * 480, 480, NsOf(done * 480, 48000) + 1'000'000'000);
    }
    if (second < warm_up) before_kib = ResidentKib();
    most_kib = std::max(most_kib, ResidentKib());
    if (second % 60 == 0) {
      std::printf("%ld s: %ld KiB\n", second, ResidentKib());
      std::fflush(stdout);
    }
  }
  std::printf("%ld s, %ld KiB after the warm-up, %ld KiB at most\n", seconds, before_kib, most_kib);
  EXPECT_TRUE(source.finite());
  EXPECT_EQ(source.count(), static_cast<uint64_t>(seconds) * 48000 - 1919);
  // Two engines are there at a change; the heap may keep what they take.
  EXPECT_LT(most_kib - before_kib, 2048);
}

}  // namespace
}  // namespace dfn::test
