#include "model/layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

namespace dfn {
namespace {

using ::testing::Contains;
using ::testing::Not;

Config Small() {
  Config c;
  c.conv_channels = 8;
  c.emb_hidden = 16;
  c.df_hidden = 24;
  c.erb_gru_layers = 2;
  c.df_pathway_kernel_t = 5;
  return c;
}

std::vector<std::string> Names(const Config& config) {
  std::vector<std::string> names;
  for (const LayerSpec& spec : LayerTable(config)) names.push_back(spec.name);
  return names;
}

TEST(LayerTableTest, RowsHaveNamesAndPlacesOfTheirOwn) {
  Config config = Small();
  config.enc_skip = config.erb_skip = config.df_skip = Skip::kGroupedLinear;
  std::set<std::string> names;
  std::set<const void*> places;
  Model model = Architecture(config);
  for (const LayerSpec& spec : LayerTable(config)) {
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    const auto check = [&]<class Layer>(const Layer& sizes) {
      const Layer& layer = spec.optional ? spec.Make<Layer>(model) : *spec.Find<Layer>(model);
      EXPECT_TRUE(places.insert(&layer).second) << spec.name;
      if (!spec.optional) {
        EXPECT_EQ(layer, sizes) << spec.name;
      }
    };
    std::visit(check, spec.sizes);
  }
}

TEST(LayerTableTest, LookUpIsByName) {
  const LayerTable table(Small());
  EXPECT_EQ(table["erb_dec.gru1"].graph_name, "emb_gru/gru1");
  EXPECT_EQ(table["erb_dec.gru1"].checkpoint_key, "erb_dec.emb_gru.gru");
  EXPECT_EQ(table["erb_dec.gru1"].gru_index, 1u);
  EXPECT_EQ(table["enc.erb_conv3"].bins, 8u);
  EXPECT_EQ(table["erb_dec.conv0_out"].activation, "Sigmoid");
  EXPECT_EQ(table["enc.erb_conv1"].config_keys, "conv_ch = 8, conv_kernel = 1,3");
  EXPECT_TRUE(table["df_dec.df_convp"].transposed_fir);
  EXPECT_FALSE(table.Has("erb_dec.gru2"));
#if GTEST_HAS_EXCEPTIONS
  EXPECT_THROW(table["erb_dec.gru2"], std::out_of_range);
#endif
}

// One key of config.ini more, one row more, and with it the model's layer and its weights.
TEST(LayerTableTest, AnOptionalLayerComesAndGoesWithItsKey) {
  Config config = Small();
  const Model without = Architecture(config);
  EXPECT_THAT(Names(config), Not(Contains("df_dec.df_skip")));
  EXPECT_FALSE(without.df_decoder.df_gru.skip.has_value());
  config.df_skip = Skip::kGroupedLinear;
  const Model with = Architecture(config);
  EXPECT_THAT(Names(config), Contains("df_dec.df_skip"));
  ASSERT_TRUE(with.df_decoder.df_gru.skip.has_value());
  EXPECT_EQ(with.df_decoder.df_gru.skip->in, config.emb_width());
  EXPECT_EQ(Layers(with).size(), Layers(without).size() + 1);
}

TEST(LayerTableTest, FamiliesDifferInTheEncodersLastLayer) {
  Config config = Small();
  EXPECT_THAT(Names(config), Contains("enc.linear_out"));
  config.family = Family::kDeepFilterNet2;
  EXPECT_THAT(Names(config), Not(Contains("enc.linear_out")));
  const LayerTable table(config);
  EXPECT_EQ(table["enc.lsnr_fc"].config_keys, "emb_hidden_dim = 16");
  EXPECT_EQ(table["erb_dec.convt1"].config_keys, "conv_ch = 8, conv_kernel = 1,3");
}

// Layers() lists what a model has, so that ValidateModel sees what the config does not ask for.
TEST(LayersTest, LayersBeyondTheConfigsAreListed) {
  Model model = Architecture(Small());
  const size_t layers = Layers(model).size();
  model.encoder.emb_gru.layers.resize(2);
  model.df_decoder.df_gru.skip.emplace();
  model.df_decoder.alpha.emplace();
  EXPECT_EQ(Layers(model).size(), layers + 3);
}

TEST(ConvTest, AWeightTellsItsGroups) {
  Conv conv = SeparableConv(16, 12, {.t = 1, .f = 1}).conv;
  ASSERT_EQ(conv.groups, 4u);
  EXPECT_EQ(GroupsOf(conv, 16), 1u);
  EXPECT_EQ(GroupsOf(conv, 8), 2u);
  // Numbers that no group can have: none, more than there are, 8 groups of 12 outputs.
  for (const size_t inner : {0, 32, 2}) EXPECT_EQ(GroupsOf(conv, inner), 4u) << inner;
  conv.transposed = true;
  EXPECT_EQ(GroupsOf(conv, 12), 1u);
}

TEST(ConvTest, APointwiseConvolutionComesAndGoes) {
  ConvLayer layer = SeparableConv(2, 8, {.t = 1, .f = 3});
  const ConvLayer separable = layer;
  ASSERT_TRUE(layer.pointwise.has_value());
  SetPointwise(layer, false);
  EXPECT_FALSE(layer.pointwise.has_value());
  SetPointwise(layer, true);
  EXPECT_EQ(layer, separable);
}

TEST(ArchitectureTest, WidestConfigTakesNoMemory) {
  Config config = Small();
  config.emb_hidden = config.df_hidden = config.conv_channels = Limits{}.max_config_dimension;
  const Model model = Architecture(config);
  EXPECT_TRUE(model.encoder.emb_gru.layers[0].weight_input.empty());
  EXPECT_EQ(model.encoder.emb_gru.layers[0].hidden, Limits{}.max_config_dimension);
}

// df.modules Conv2dNormAct: a kernel of one frame and one bin is not separable.
TEST(ArchitectureTest, PathwayOfOneFrameIsOneConvolution) {
  Config config = Small();
  config.df_pathway_kernel_t = 1;
  EXPECT_FALSE(Architecture(config).df_decoder.df_convp.pointwise.has_value());
  config.df_pathway_kernel_t = 2;
  EXPECT_TRUE(Architecture(config).df_decoder.df_convp.pointwise.has_value());
}

}  // namespace
}  // namespace dfn
