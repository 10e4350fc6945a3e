#include "model/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dfn {
namespace {

using ::testing::HasSubstr;

Config Dfn3() {
  Config config;
  config.conv_channels = 64;
  config.df_lookahead_frames = 2;
  config.conv_lookahead_frames = 2;
  return config;
}

TEST(ConfigTest, DelayFollowsFromLookAhead) {
  Config config = Dfn3();
  EXPECT_EQ(config.lookahead_frames(), 2u);
  EXPECT_EQ(config.delay_samples(), 1440u);
  config.family = Family::kDeepFilterNet2;
  EXPECT_EQ(config.lookahead_frames(), 4u);
  EXPECT_EQ(config.delay_samples(), 2400u);
  config.df_lookahead_frames = config.conv_lookahead_frames = 0;
  EXPECT_EQ(config.delay_samples(), 480u);
}

TEST(ConfigTest, WidthsOfTheOfficialModels) {
  Config config = Dfn3();
  EXPECT_EQ(config.emb_in(), 512u);
  EXPECT_EQ(config.emb_width(), 512u);
  EXPECT_EQ(config.erb_bins(1), 16u);
  EXPECT_EQ(config.erb_bins(3), 8u);
  config.family = Family::kDeepFilterNet2;
  EXPECT_EQ(config.emb_width(), 256u);
}

TEST(ConfigTest, NormAlphaAddsDigitsWhileItRoundsToOne) {
  EXPECT_FLOAT_EQ(NormAlpha(48000, 480, 1.0), 0.99f);
  EXPECT_FLOAT_EQ(NormAlpha(48000, 480, 100.0), 0.9999f);
}

TEST(ConfigTest, ValidConfigPasses) { EXPECT_TRUE(ValidateConfig(Dfn3(), {}).ok()); }

struct BadCase {
  const char* expected;
  void (*spoil)(Config&);
};

class BadConfigTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadConfigTest, IsRefusedByName) {
  Config config = Dfn3();
  GetParam().spoil(config);
  const Status status = ValidateConfig(config, {});
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadConfigTest,
    ::testing::Values(BadCase{"fft_size", [](Config& c) { c.fft_size = 512; }},
                      BadCase{"nb_erb", [](Config& c) { c.erb_bands = 20; }},
                      BadCase{"nb_df", [](Config& c) { c.df_bins = 97; }},
                      BadCase{"nb_df", [](Config& c) { c.df_bins = 1000; }},
                      BadCase{"df_lookahead", [](Config& c) { c.df_lookahead_frames = 5; }},
                      BadCase{"conv_kernel", [](Config& c) { c.conv_kernel.f = 2; }},
                      BadCase{"transposed", [](Config& c) { c.convt_kernel.f = 5; }},
                      BadCase{"conv_ch", [](Config& c) { c.conv_channels = 1u << 20; }},
                      BadCase{"lsnr_min", [](Config& c) { c.lsnr_max_db = -20.0f; }},
                      BadCase{"pf_beta", [](Config& c) { c.post_filter_beta = -1.0f; }},
                      BadCase{"norm_alpha", [](Config& c) { c.norm_alpha = 1.0f; }},
                      BadCase{"df_gru_skip", [](Config& c) { c.df_skip = Skip::kIdentity; }},
                      BadCase{"linear_groups is 7", [](Config& c) { c.linear_groups = 7; }},
                      BadCase{"emb_gru_skip_enc", [](Config& c) {
                                c.enc_skip = Skip::kGroupedLinear;
                                c.enc_concat = true;
                              }}));

}  // namespace
}  // namespace dfn
