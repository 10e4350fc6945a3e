#include "stream/host/host_options.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

TEST(HostOptionsTest, TheEndsOfTheRangesAreTaken) {
  HostStreamOptions least;
  least.sample_rate_hz = 8000;
  EXPECT_TRUE(CheckHostOptions(least).ok());
  HostStreamOptions most;
  most.sample_rate_hz = 192000;
  most.channels = 16;
  most.block_multiple = 1920000;
  EXPECT_TRUE(CheckHostOptions(most).ok());
}

// Channels that are gated on their own do not mute on their own, but a single one does.
TEST(HostOptionsTest, ASingleChannelIsGatedAsTheWholeSound) {
  HostStreamOptions options;
  options.profile = Profile::kLibdf;
  options.channel_mode = ChannelMode::kIndependent;
  EXPECT_FALSE(DenoiserOptionsOf(Config(), options).gate_channels_alone);
  options.channels = 2;
  EXPECT_TRUE(DenoiserOptionsOf(Config(), options).gate_channels_alone);
  options.channel_mode = ChannelMode::kDownmix;
  EXPECT_FALSE(DenoiserOptionsOf(Config(), options).gate_channels_alone);
  options.channel_mode = ChannelMode::kLinked;
  EXPECT_FALSE(DenoiserOptionsOf(Config(), options).gate_channels_alone);
}

}  // namespace
}  // namespace dfn
