// Compares the LADSPA plugins with the rules of DeepFilterNet's official plugin: those of its
// runtime, and two channels with the mean of their gains.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "api/open/open.h"
#include "plugins/ladspa_host.h"
#include "plugins/planar.h"
#include "stream/denoise/denoiser.h"

namespace dfn::test {
namespace {

constexpr char kModel[] = DFN_SOURCE_DIR "/tests/data/tiny/dfn3";
constexpr size_t kHop = 480;
constexpr size_t kHops = 100;

// Enhances hop by hop, with the network's delay.
Planar RuntimeOutput(const Planar& input, ReduceMask rule) {
  auto network = OpenNetwork(kModel);
  EXPECT_TRUE(network.ok()) << network.error().message;
  DenoiserOptions options;
  options.profile = Profile::kLibdf;
  options.channels = input.size();
  options.reduce_mask = rule;
  auto denoiser = Denoiser::Create(*std::move(network), options);
  EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
  Planar output = input;
  std::vector<const float*> in;
  std::vector<float*> out;
  for (size_t c = 0; c < input.size(); ++c) {
    in.push_back(input[c].data());
    out.push_back(output[c].data());
  }
  (*denoiser)->Process(in.data(), out.data(), kHops, nullptr);
  return output;
}

TEST(OfficialRulesTest, StereoHasTheMeanOfItsGains) {
  setenv("DEEPFILTER_PLUGIN_MODEL", kModel, 1);
  unsetenv("DEEPFILTER_PLUGIN_WORK");
  unsetenv("DEEPFILTER_PLUGIN_LOAD");
  Planar input = TestSound(2, kHops * kHop, 48000);
  // Otherwise the channels' gains would be almost equal.
  for (float& sample : input[1]) sample *= sample;
  const LadspaLibrary library;
  LadspaInstance plugin(library.ForChannels(2), 48000);
  ASSERT_TRUE(plugin.made());
  plugin.Activate();
  const Planar output = plugin.Process(input, {512});
  // The input of a hop's last sample coincides with the output of the hop's first; earlier samples
  // must wait.
  EXPECT_TRUE(output == Later(RuntimeOutput(input, ReduceMask::kMean), kHop - 1));
  EXPECT_FALSE(output == Later(RuntimeOutput(input, ReduceMask::kMax), kHop - 1));
}

}  // namespace
}  // namespace dfn::test
