// Tests how late the LADSPA library's output is, and whether it tells its host.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "plugins/ladspa_fixture.h"
#include "plugins/ladspa_host.h"
#include "plugins/planar.h"

namespace dfn::test {
namespace {

TEST_F(LadspaTest, MinProcessingBufferIsHopsOfDelayFromActivateOn) {
  const Planar input = TestSound(2, kSamples, 48000);
  const Planar expected = LibraryOutput(LadspaOptions(2, 48000), input);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const auto& [value, hops] : {std::pair(1.0f, 1), std::pair(2.6f, 3), std::pair(10.0f, 10),
                                    std::pair(1e9f, 10), std::pair(-4.0f, 0), std::pair(nan, 0)}) {
    LadspaInstance plugin(library_.ForChannels(2), 48000);
    plugin.control(kBuffer) = value;
    plugin.Activate();
    Planar out = plugin.Process(
        {{input[0].begin(), input[0].begin() + 9600}, {input[1].begin(), input[1].begin() + 9600}},
        {500, 1, 900});
    plugin.control(kBuffer) = 5;  // too late for this time
    const Planar rest = plugin.Process(
        {{input[0].begin() + 9600, input[0].end()}, {input[1].begin() + 9600, input[1].end()}},
        {480});
    for (size_t c = 0; c < 2; ++c) out[c].insert(out[c].end(), rest[c].begin(), rest[c].end());
    EXPECT_TRUE(out == Later(expected, 480 * static_cast<size_t>(hops))) << value;
  }
}

// Hosts read the port after activation, after a block of no samples, or after the first block.
TEST_F(LadspaTest, LatencyPortHoldsTheDelayInFramesOfTheHost) {
  for (const uint32_t rate_hz : {8000u, 16000u, 44100u, 48000u, 192000u}) {
    for (const size_t channels : {1, 2}) {
      for (const float hops : {0.0f, 3.0f}) {
        const dfn_stream_options options = LadspaOptions(channels, rate_hz);
        const auto extra = static_cast<size_t>(hops) * rate_hz / 100;
        const auto direct = static_cast<float>(LibraryDelay(options) + extra);
        const auto spread = static_cast<float>(LibraryDelay(Spread(options)) + extra);
        LadspaInstance plugin(library_.ForChannels(channels), rate_hz);
        plugin.control(kBuffer) = hops;
        float& latency = plugin.control(kLatency);
        for (const auto& [block, expected] :
             {std::pair<size_t, float>(rate_hz / 100, direct), {rate_hz / 100 - 1, spread}}) {
          latency = -1;
          plugin.Activate();
          EXPECT_EQ(latency, direct) << rate_hz;
          latency = -1;
          plugin.Run(0);
          EXPECT_EQ(latency, direct) << rate_hz;
          for (const size_t samples : {block, 4 * block, size_t{1}, size_t{0}}) {
            latency = -1;
            plugin.Process(TestSound(channels, std::max<size_t>(samples, 1), rate_hz),
                           {samples, 1});
            EXPECT_EQ(latency, expected) << rate_hz << " Hz, a block of " << block;
          }
          plugin.control(kBuffer) = 9;  // too late for this time
          plugin.Run(0);
          EXPECT_EQ(latency, expected);
          plugin.control(kBuffer) = hops;
        }
      }
    }
  }
}

// The sound itself is as late as the port says.
TEST_F(LadspaTest, AnImpulseComesAsLateAsTheLatencyPortSays) {
  for (const uint32_t rate_hz : {16000u, 44100u, 48000u, 96000u}) {
    for (const size_t block : {size_t{64}, size_t{4096}}) {
      const size_t at = rate_hz / 4;
      Planar input = {std::vector<float>(rate_hz, 0.0f)};
      input[0][at] = 0.5f;
      LadspaInstance plugin(library_.ForChannels(1), rate_hz);
      plugin.control(kLimit) = 0;
      plugin.control(kBuffer) = 2;
      plugin.Activate();
      const std::vector<float> output = plugin.Process(input, {block})[0];
      const auto peak = std::max_element(output.begin(), output.end()) - output.begin();
      EXPECT_EQ(static_cast<float>(peak), static_cast<float>(at) + plugin.control(kLatency))
          << rate_hz << " Hz, blocks of " << block;
    }
  }
}

}  // namespace
}  // namespace dfn::test
