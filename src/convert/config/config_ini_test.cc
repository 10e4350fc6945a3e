#include "convert/config/config_ini.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dfn {
namespace {

using ::testing::HasSubstr;

Result<Config> Parse(const std::string& text) {
  const auto bytes = Bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  DFN_TRY(const IniFile ini, IniFile::Parse(bytes, "a/config.ini", {}));
  return ReadConfig(ini, "a/config.ini", {});
}

const std::string kDfn3 = "[train]\nmodel = deepfilternet3\n[deepfilternet]\n";
// DeepFilterNet2's own defaults ask for layers that are not supported.
const std::string kDfn2 =
    "[train]\nmodel = deepfilternet2\n[deepfilternet]\ngru_type = squeeze\n"
    "df_output_layer = groupedlinear\ndfop_method = df\ndf_n_iter = 1\n";

TEST(ConfigIniTest, AbsentKeysHaveThePackagesDefaults) {
  const auto config = Parse("[train]\nmodel = deepfilternet3\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(*config, Config{});
}

TEST(ConfigIniTest, EveryKeyIsRead) {
  const auto config = Parse(
      "[train]\nmodel = DeepFilterNet3\ndevice = \n"
      "[DF]\nSR = 16000\nfft_size = 320\nhop_size = 160\nnb_erb = 24\nnb_df = 48\n"
      "min_nb_erb_freqs = 1\nnorm_tau = 0.5\nlsnr_max = 30\nlsnr_min = -10\n"
      "df_order = 3\ndf_lookahead = 1\n"
      "[DeepFilterNet]\nconv_lookahead = 1\nconv_ch = 32\nconv_kernel_inp = 2, 3\n"
      "conv_kernel = 2,5\nconvt_kernel = 3,3\nemb_hidden_dim = 64\nemb_num_layers = 4\n"
      "df_hidden_dim = 48\ndf_num_layers = 1\ndf_pathway_kernel_size_t = 4\nlinear_groups = 8\n"
      "enc_linear_groups = 2\nenc_concat = no\nemb_gru_skip_enc = GroupedLinear\n"
      "emb_gru_skip = identity\ndf_gru_skip = none\nmask_pf = ON\npf_beta = 0.05\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  Config wanted;
  wanted.sample_rate_hz = 16000;
  wanted.fft_size = 320;
  wanted.hop_size = 160;
  wanted.erb_bands = 24;
  wanted.df_bins = 48;
  wanted.min_erb_band_bins = 1;
  wanted.norm_alpha = NormAlpha(16000, 160, 0.5);
  wanted.lsnr_max_db = 30.0f;
  wanted.lsnr_min_db = -10.0f;
  wanted.df_order = 3;
  wanted.df_lookahead_frames = 1;
  wanted.conv_lookahead_frames = 1;
  wanted.conv_channels = 32;
  wanted.conv_kernel_inp = {.t = 2, .f = 3};
  wanted.conv_kernel = {.t = 2, .f = 5};
  wanted.convt_kernel = {.t = 3, .f = 3};
  wanted.emb_hidden = 64;
  wanted.erb_gru_layers = 3;
  wanted.df_hidden = 48;
  wanted.df_gru_layers = 1;
  wanted.df_pathway_kernel_t = 4;
  wanted.linear_groups = 8;
  wanted.enc_linear_groups = 2;
  wanted.enc_skip = Skip::kGroupedLinear;
  wanted.erb_skip = Skip::kIdentity;
  wanted.post_filter = true;
  wanted.post_filter_beta = 0.05f;
  EXPECT_EQ(*config, wanted);
}

TEST(ConfigIniTest, DeepFilterNet2SharesKeys) {
  const auto config = Parse(kDfn2 +
                            "linear_groups = 8\nconv_kernel = 2,3\nconvt_kernel = 1,3\n"
                            "enc_linear_groups = 2\nemb_gru_skip = identity\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->enc_linear_groups, 8u);
  EXPECT_EQ(config->convt_kernel, (KernelSize{.t = 2, .f = 3}));
  EXPECT_EQ(config->erb_skip, Skip::kNone);
}

TEST(ConfigIniTest, DeepFilterKeysMayStandInTheNetworksSection) {
  const auto config = Parse(kDfn3 + "df_order = 4\ndf_lookahead = 2\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->df_order, 4u);
  EXPECT_EQ(config->df_lookahead_frames, 2u);
}

TEST(ConfigIniTest, MaskOnlyLeavesTheDeepFilterOut) {
  const auto config = Parse("[train]\nmodel = deepfilternet3\nmask_only = yes\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_TRUE(config->mask_only);
  // What DeepFilterNet2's deep filter and its decoder would be does not matter then.
  const auto dfn2 = Parse(
      "[train]\nmodel = deepfilternet2\nmask_only = True\n[deepfilternet]\ngru_type = squeeze\n");
  ASSERT_TRUE(dfn2.ok()) << dfn2.error().message;
}

TEST(ConfigIniTest, TrainingKeysHaveNoEffect) {
  const auto config = Parse(
      "[train]\nmodel = deepfilternet3\ndf_only = True\ncp_blacklist = df_dec\n"
      "[df]\npad_mode = output\n[deepfilternet]\nconv_depthwise = False\n"
      "convt_depthwise = False\ngroup_shuffle = True\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(*config, Config{});
}

// df.config Config.__call__, and configparser's DEFAULT.
TEST(ConfigIniTest, AbsentKeysComeFromTheCommonSections) {
  const auto config = Parse(kDfn3 +
                            "conv_ch = 32\n[settings]\nconv_ch = 64\nnb_df = 64\n"
                            "df_order = 3\nmask_only = True\n[DEFAULT]\ndf_order = 4\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->conv_channels, 32u);
  EXPECT_EQ(config->df_bins, 64u);
  EXPECT_EQ(config->df_order, 4u);
  EXPECT_TRUE(config->mask_only);
  const auto refused = Parse(kDfn3 + "[settings]\nlsnr_dropout = True\n");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("lsnr_dropout is true, expected false"));
}

// df.config Config._fix_clc.
TEST(ConfigIniTest, OldNamesOfTheDeepFiltersKeysAreRead) {
  const auto config = Parse(kDfn3 +
                            "clc_gru_skip = groupedlinear\nclc_num_layers = 2\n"
                            "[clc]\nnb_clc = 64\nclc_order = 3\nfft_size = 480\nhop_size = 240\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->df_bins, 64u);
  EXPECT_EQ(config->df_order, 3u);
  EXPECT_EQ(config->hop_size, 240u);
  EXPECT_EQ(config->df_skip, Skip::kGroupedLinear);
  EXPECT_EQ(config->df_gru_layers, 2u);
}

TEST(ConfigIniTest, NormAlphaWinsOverNormTau) {
  const auto config = Parse(kDfn3 + "[df]\nnorm_tau = 1\nnorm_alpha = 0.9\n");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_FLOAT_EQ(config->norm_alpha, 0.9f);
}

TEST(ConfigIniTest, KeysOfTheOtherFamilyHaveNoEffect) {
  EXPECT_TRUE(Parse(kDfn3 + "gru_type = grouped\ndfop_method = real_unfold\n").ok());
  EXPECT_TRUE(Parse(kDfn2 + "lsnr_dropout = true\n").ok());
}

struct BadIni {
  std::string text;
  ErrorCode code;
  const char* expected;
};

class BadIniTest : public ::testing::TestWithParam<BadIni> {};

TEST_P(BadIniTest, IsRefusedByKeyAndValue) {
  const auto config = Parse(GetParam().text);
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().code, GetParam().code);
  EXPECT_THAT(config.error().message, HasSubstr("a/config.ini: "));
  EXPECT_THAT(config.error().message, HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadIniTest,
    ::testing::Values(
        BadIni{"[df]\nsr = 48000\n", ErrorCode::kUnsupported, "no model in [train]"},
        BadIni{"[train]\nmodel = deepfilternet\n", ErrorCode::kUnsupported,
               "model in [train] is \"deepfilternet\""},
        BadIni{kDfn3 + "conv_ch = many\n", ErrorCode::kCorrupt, "conv_ch is \"many\""},
        BadIni{kDfn3 + "conv_ch = -3\n", ErrorCode::kCorrupt, "conv_ch is \"-3\""},
        BadIni{kDfn3 + "conv_ch = 6.5\n", ErrorCode::kCorrupt, "conv_ch is \"6.5\""},
        BadIni{kDfn3 + "conv_ch = 99999999999999999999999\n", ErrorCode::kCorrupt, "conv_ch is"},
        BadIni{kDfn3 + "conv_ch = 4000000000\n", ErrorCode::kLimit, "conv_ch is 4000000000"},
        BadIni{kDfn3 + "emb_num_layers = 1\n", ErrorCode::kUnsupported, "emb_num_layers"},
        BadIni{kDfn3 + "conv_kernel = 3\n", ErrorCode::kCorrupt, "conv_kernel is \"3\""},
        BadIni{kDfn3 + "conv_kernel = 1,3,3\n", ErrorCode::kCorrupt, "conv_kernel is \"1,3,3\""},
        BadIni{kDfn3 + "enc_concat = perhaps\n", ErrorCode::kCorrupt, "expected true or false"},
        BadIni{kDfn3 + "emb_gru_skip = all\n", ErrorCode::kUnsupported, "emb_gru_skip is \"all\""},
        BadIni{kDfn3 + "df_n_iter = 2\n", ErrorCode::kUnsupported, "df_n_iter is 2, expected 1"},
        BadIni{kDfn3 + "lsnr_dropout = True\n", ErrorCode::kUnsupported, "lsnr_dropout is true"},
        BadIni{"[train]\nmodel = deepfilternet3\nmask_only = True\n[df]\nnb_df = 480\n",
               ErrorCode::kUnsupported, "so that the output would be silent"},
        BadIni{kDfn3 + "df_order = 5\n[df]\ndf_order = 3\n", ErrorCode::kMismatch,
               "df_order is 3 in [df], but 5 in [deepfilternet]"},
        BadIni{kDfn3 + "[df]\nnorm_tau = 0\n", ErrorCode::kUnsupported, "norm_tau is 0"},
        BadIni{kDfn3 + "[df]\nfft_size = 512\n", ErrorCode::kUnsupported, "fft_size is 512"},
        BadIni{"[train]\nmodel = deepfilternet2\n[deepfilternet]\ngru_type = gr\touped\n",
               ErrorCode::kUnsupported, "gru_type is gr\\x09ouped, expected squeeze"},
        BadIni{"[train]\nmodel = deepfilternet2\n[deepfilternet]\ngru_type = grouped\n",
               ErrorCode::kUnsupported, "gru_type is grouped, expected squeeze"},
        BadIni{"[train]\nmodel = deepfilternet2\n", ErrorCode::kUnsupported,
               "gru_type is grouped, the default of an absent key"},
        BadIni{"[train]\nmodel = deepfilternet2\n[deepfilternet]\ngru_type = squeeze\n",
               ErrorCode::kUnsupported, "df_output_layer is linear"}));

}  // namespace
}  // namespace dfn
