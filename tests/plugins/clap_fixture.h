// A small model in the environment, for tests of the CLAP plugins.
#ifndef DEEPFILTER_TESTS_PLUGINS_CLAP_FIXTURE_H_
#define DEEPFILTER_TESTS_PLUGINS_CLAP_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdlib>

#include "plugins/clap_host.h"

namespace dfn::test {

class ClapTest : public testing::Test {
 protected:
  ClapTest() {
    setenv("DEEPFILTER_PLUGIN_MODEL", DFN_SOURCE_DIR "/tests/data/tiny/dfn3", 1);
    unsetenv("DEEPFILTER_PLUGIN_WORK");
    unsetenv("DEEPFILTER_PLUGIN_LOAD");
  }

  // Numbers in kNumberedParameters.
  static constexpr uint32_t kAttenuation = 1;
  static constexpr uint32_t kBeta = 2;
  static constexpr uint32_t kLevel = 3;
  static constexpr uint32_t kBypassed = 4;
  static constexpr uint32_t kStereoMode = 5;

  ClapLibrary library_;
};

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_PLUGINS_CLAP_FIXTURE_H_
