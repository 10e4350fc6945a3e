// Measures how evenly a small quantum's callbacks share the work of a hop.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <vector>

#include "common/real_model.h"
#include "plugins/ladspa_host.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

constexpr size_t kQuantum = 32;
constexpr size_t kCallbacks = 480 / kQuantum;  // a hop
constexpr size_t kFirstHops = 5;               // which do not have all of the work yet
constexpr size_t kHops = 150;

double ThreadSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Returns the time of each of a hop's callbacks: the shortest in any hop, which excludes
// interruptions by other programs.
std::array<double, kCallbacks> CallbackSeconds(const char* work) {
  setenv("DEEPFILTER_PLUGIN_WORK", work, 1);
  const LadspaLibrary library;
  LadspaInstance plugin(library.ForChannels(1), 48000);
  EXPECT_TRUE(plugin.made());
  plugin.Activate();
  Planar sound = TestSound(1, (kFirstHops + kHops) * 480, 48000);
  std::array<double, kCallbacks> shortest;
  shortest.fill(1.0);
  for (size_t call = 0; call < (kFirstHops + kHops) * kCallbacks; ++call) {
    float* block = sound[0].data() + call * kQuantum;
    plugin.Connect(0, block);
    plugin.Connect(1, block);
    const double start = ThreadSeconds();
    plugin.Run(kQuantum);
    const double seconds = ThreadSeconds() - start;
    double& best = shortest[call % kCallbacks];
    if (call >= kFirstHops * kCallbacks) best = std::min(best, seconds);
  }
  return shortest;
}

double LargestShare(const std::array<double, kCallbacks>& seconds) {
  const double total = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  const double largest = *std::max_element(seconds.begin(), seconds.end());
  std::printf("a hop: %.0f us, its longest callback: %.0f us, %.0f %%\n", 1e6 * total,
              1e6 * largest, 100 * largest / total);
  return largest / total;
}

TEST(SpreadTest, NoCallbackOfASmallQuantumDoesAHopsWork) {
  DFN_REAL_MODEL_OR_SKIP(path, "dfn3");
  setenv("DEEPFILTER_PLUGIN_MODEL", path->c_str(), 1);
  unsetenv("DEEPFILTER_PLUGIN_LOAD");
  // An even share is 7 %; pieces are layers, the largest of dfn3 takes about 10 %.
  EXPECT_LT(LargestShare(CallbackSeconds("auto")), 0.2);
  EXPECT_GT(LargestShare(CallbackSeconds("direct")), 0.8);
}

}  // namespace
}  // namespace dfn::test
