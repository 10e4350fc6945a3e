#include "model/state_layout.h"

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "model/layers.h"

namespace dfn {
namespace {

Config Official(Family family, size_t lookahead) {
  Config config;
  config.family = family;
  config.conv_channels = 64;
  config.erb_gru_layers = 2;
  config.df_gru_layers = 2;
  config.df_pathway_kernel_t = 5;
  config.conv_lookahead_frames = config.df_lookahead_frames = lookahead;
  return config;
}

size_t Size(const StateLayout& layout, const char* name) {
  const StateEntry* entry = layout.Find(name);
  return entry == nullptr ? 0 : entry->size;
}

TEST(StateLayoutTest, EntriesAreAlignedAndDoNotOverlap) {
  for (const StateLayout& layout : {NetworkStateLayout(Official(Family::kDeepFilterNet3, 2)),
                                    SignalStateLayout(Official(Family::kDeepFilterNet2, 2))}) {
    size_t end = 0;
    for (const StateEntry& entry : layout.entries()) {
      EXPECT_GE(entry.offset, end) << entry.name;
      EXPECT_EQ(entry.offset % kAlignmentFloats, 0u) << entry.name;
      end = entry.offset + entry.size;
    }
    EXPECT_LE(end, layout.size());
    EXPECT_EQ(layout.size() % kAlignmentFloats, 0u);
  }
}

TEST(StateLayoutTest, NetworkStateOfDfn3) {
  const StateLayout layout = NetworkStateLayout(Official(Family::kDeepFilterNet3, 2));
  EXPECT_EQ(Size(layout, "enc.erb_conv0"), 2u * 32);
  EXPECT_EQ(Size(layout, "enc.df_conv0"), 2u * 2 * 96);
  EXPECT_EQ(Size(layout, "enc.erb_conv1"), 0u);
  EXPECT_EQ(Size(layout, "df_dec.df_convp"), 96u * 2 * 32);
  EXPECT_EQ(Size(layout, "erb_dec.gru1"), 256u);
  EXPECT_EQ(Size(layout, "erb_dec.gru2"), 0u);
}

// The pathway's rows have the outputs of a group, so that its groups decide.
TEST(StateLayoutTest, NetworkStateFollowsTheModelsGroups) {
  Model model = Architecture(Official(Family::kDeepFilterNet3, 2));
  EXPECT_EQ(NetworkStateLayout(model).size(), NetworkStateLayout(model.config).size());
  model.df_decoder.df_convp.conv.groups = 1;
  EXPECT_EQ(Size(NetworkStateLayout(model), "df_dec.df_convp"), 96u * TransposedFirStride(4, 10));
}

TEST(StateLayoutTest, TimeKernelsOfTwoAddHistories) {
  Config config = Official(Family::kDeepFilterNet3, 0);
  config.conv_kernel.t = 2;
  const StateLayout layout = NetworkStateLayout(config);
  EXPECT_EQ(Size(layout, "enc.erb_conv1"), 64u * 32);
  EXPECT_EQ(Size(layout, "enc.erb_conv2"), 64u * 16);
  EXPECT_EQ(Size(layout, "enc.erb_conv3"), 64u * 8);
  EXPECT_EQ(Size(layout, "enc.df_conv1"), 64u * 96);
  EXPECT_EQ(Size(layout, "erb_dec.convt3"), 64u * 8);
  EXPECT_EQ(Size(layout, "erb_dec.conv0_out"), 64u * 32);
  EXPECT_EQ(Size(layout, "erb_dec.convt2"), 0u);
}

TEST(StateLayoutTest, SpectraFollowTheFamily) {
  const size_t frame = 481 * 2;
  const StateLayout dfn3 = SignalStateLayout(Official(Family::kDeepFilterNet3, 2));
  EXPECT_EQ(Size(dfn3, "spec.noisy"), 4 * frame);
  EXPECT_EQ(Size(dfn3, "spec.masked"), 0u);
  EXPECT_EQ(Size(dfn3, "df.coefs"), 0u);
  const StateLayout dfn2 = SignalStateLayout(Official(Family::kDeepFilterNet2, 2));
  EXPECT_EQ(Size(dfn2, "spec.noisy"), 4 * frame);
  EXPECT_EQ(Size(dfn2, "spec.masked"), 4 * frame);
  EXPECT_EQ(Size(dfn2, "df.coefs"), 2u * 96 * 5 * 2);
}

TEST(StateLayoutTest, WithoutADeepFilterNothingIsKeptForIt) {
  for (const Family family : {Family::kDeepFilterNet2, Family::kDeepFilterNet3}) {
    Config config = Official(family, 2);
    config.df_lookahead_frames = 3;
    config.mask_only = true;
    ASSERT_TRUE(ValidateConfig(config, {}).ok());
    EXPECT_EQ(config.delay_samples(), 480u + 2 * 480);
    const StateLayout signal = SignalStateLayout(config);
    EXPECT_EQ(Size(signal, "spec.noisy"), 2u * 481 * 2);
    EXPECT_EQ(Size(signal, "spec.masked"), 0u);
    EXPECT_EQ(Size(signal, "df.coefs"), 0u);
    const StateLayout network = NetworkStateLayout(config);
    EXPECT_EQ(Size(network, "erb_dec.gru1"), 256u);
    EXPECT_EQ(Size(network, "df_dec.gru0"), 0u);
    EXPECT_EQ(Size(network, "df_dec.df_convp"), 0u);
  }
}

TEST(StateLayoutTest, ResetGivesStartValues) {
  const StateLayout layout = SignalStateLayout(Official(Family::kDeepFilterNet3, 2));
  AlignedBuffer<float> state(layout.size());
  for (float& value : state.span()) value = 1.0f;
  layout.Reset(state.data());
  const StateEntry* erb = layout.Find("norm.erb");
  ASSERT_NE(erb, nullptr);
  EXPECT_EQ(state[erb->offset], -60.0f);
  EXPECT_NEAR(state[erb->offset + 31], -90.0f, 1e-4f);
  const StateEntry* noisy = layout.Find("spec.noisy");
  ASSERT_NE(noisy, nullptr);
  EXPECT_EQ(state[noisy->offset], 0.0f);
}

}  // namespace
}  // namespace dfn
