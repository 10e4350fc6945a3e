// What the tests of the LADSPA library share: the names of its controls, and a small model.
#ifndef DEEPFILTER_TESTS_PLUGINS_LADSPA_FIXTURE_H_
#define DEEPFILTER_TESTS_PLUGINS_LADSPA_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>

#include "plugins/ladspa_host.h"

namespace dfn::test {

inline constexpr size_t kSamples = 24000;
inline constexpr char kLimit[] = "Attenuation Limit (dB)";
inline constexpr char kMin[] = "Min processing threshold (dB)";
inline constexpr char kMaxErb[] = "Max ERB processing threshold (dB)";
inline constexpr char kMaxDf[] = "Max DF processing threshold (dB)";
inline constexpr char kBuffer[] = "Min Processing Buffer (frames)";
inline constexpr char kBeta[] = "Post Filter Beta";
inline constexpr char kLatency[] = "latency";

inline void UseTheSmallModel() {
  setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/tiny/dfn3", 1);
  unsetenv("DEEPFILTER_PLUGIN_WORK");
  unsetenv("DEEPFILTER_PLUGIN_LOAD");
}

class LadspaTest : public testing::Test {
 protected:
  LadspaTest() { UseTheSmallModel(); }
  LadspaLibrary library_;
};

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_PLUGINS_LADSPA_FIXTURE_H_
