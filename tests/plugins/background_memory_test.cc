// Lets every allocation of the thread that loads in the background fail once: the host must go on, and
// the sound pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <new>
#include <thread>

#include "common/replace_new.h"
#include "plugins/ladspa_fixture.h"

namespace {

const std::thread::id main_thread = std::this_thread::get_id();
// Allocations of other threads until the one that fails; none fails while this is below 0.
std::atomic<long> left = -1;
std::atomic<bool> failed = false;

}  // namespace

void dfn::test::CountAllocation() {
  if (std::this_thread::get_id() != main_thread && left >= 0 && left-- == 0) {
    failed = true;
    throw std::bad_alloc();
  }
}

void dfn::test::CountRelease() noexcept {}

namespace dfn::test {
namespace {

TEST_F(LadspaTest, AHostOutlivesEveryFailedAllocationInTheBackground) {
  setenv("DEEPFILTER_PLUGIN_LOAD", "background", 1);
  const Planar input = TestSound(1, 4800, 48000);
  long failures = 0;
  do {
    failed = false;
    left = failures;
    {
      LadspaInstance plugin(library_.ForChannels(1), 48000);
      ASSERT_TRUE(plugin.made());
      plugin.Activate();
      const Planar output = plugin.Process(input, {480});
      EXPECT_TRUE(std::all_of(output[0].begin(), output[0].end(),
                              [](float sample) { return std::isfinite(sample); }));
    }  // waits for the thread
    if (failed) ++failures;
  } while (failed);
  left = -1;
  EXPECT_GT(failures, 20);
}

}  // namespace
}  // namespace dfn::test
