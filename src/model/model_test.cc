#include "model/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "model/layers.h"

namespace dfn {
namespace {

using ::testing::HasSubstr;

Config Dfn3() {
  Config c;
  c.conv_channels = 64;
  c.conv_lookahead_frames = c.df_lookahead_frames = 2;
  c.erb_gru_layers = c.df_gru_layers = 2;
  c.df_pathway_kernel_t = 5;
  c.linear_groups = 16;
  c.enc_linear_groups = 32;
  c.df_skip = Skip::kGroupedLinear;
  return c;
}

Config Dfn3LowLatency() {
  Config c = Dfn3();
  c.conv_lookahead_frames = c.df_lookahead_frames = 0;
  c.emb_hidden = c.df_hidden = 512;
  c.df_gru_layers = 3;
  c.conv_kernel = {.t = 2, .f = 3};
  c.enc_linear_groups = 16;
  return c;
}

Config Dfn2() {
  Config c = Dfn3();
  c.family = Family::kDeepFilterNet2;
  c.linear_groups = c.enc_linear_groups = 8;
  c.enc_concat = true;
  c.df_skip = Skip::kNone;
  return c;
}

Config Dfn2LowLatency() {
  Config c = Dfn2();
  c.conv_lookahead_frames = c.df_lookahead_frames = 0;
  c.df_pathway_kernel_t = 3;
  return c;
}

void Fill(Conv& conv, bool bias) {
  conv.weight.assign(
      conv.out_channels * conv.in_channels * conv.kernel_t * conv.kernel_f / conv.groups, 0.5f);
  if (bias) conv.bias.assign(conv.out_channels, 0.5f);
}
void Fill(ConvLayer& layer) {
  Fill(layer.conv, !layer.pointwise);
  if (layer.pointwise) Fill(*layer.pointwise, true);
}
void Fill(GroupedLinear& linear) {
  linear.weight.Mutable().assign(linear.in * linear.out / linear.groups, 0.5f);
}
void Fill(Gru& gru) {
  gru.weight_input.Mutable().assign(3 * gru.hidden * gru.in, 0.5f);
  gru.weight_hidden.Mutable().assign(3 * gru.hidden * gru.hidden, 0.5f);
  gru.bias_input.assign(3 * gru.hidden, 0.5f);
  gru.bias_hidden.assign(3 * gru.hidden, 0.5f);
}
void Fill(ScalarHead& head) { head.weight.assign(head.in, 0.5f); }

Model Filled(const Config& config) {
  Model model;
  model.config = config;
  for (const LayerSpec& spec : LayerTable(config)) {
    const auto fill = [&]<class Layer>(const Layer& sizes) {
      Fill(spec.Make<Layer>(model) = sizes);
    };
    std::visit(fill, spec.sizes);
  }
  return model;
}

struct Official {
  const char* name;
  Config config;
  ModelSize size;
};

class OfficialTest : public ::testing::TestWithParam<Official> {};

TEST_P(OfficialTest, SizesAreThoseOfThePublishedGraphs) {
  const ModelSize& expected = GetParam().size;
  const ModelSize found = CountModel(Filled(GetParam().config));
  EXPECT_EQ(found.encoder_parameters, expected.encoder_parameters);
  EXPECT_EQ(found.encoder_macs, expected.encoder_macs);
  EXPECT_EQ(found.erb_decoder_parameters, expected.erb_decoder_parameters);
  EXPECT_EQ(found.erb_decoder_macs, expected.erb_decoder_macs);
  EXPECT_EQ(found.df_decoder_parameters, expected.df_decoder_parameters);
  EXPECT_EQ(found.df_decoder_macs, expected.df_decoder_macs);
  EXPECT_EQ(VariantName(GetParam().config), GetParam().name);
}

TEST_P(OfficialTest, ConfigAndModelAreValid) {
  EXPECT_TRUE(ValidateConfig(GetParam().config, {}).ok());
  EXPECT_TRUE(ValidateModel(Filled(GetParam().config), "test").ok());
}

INSTANTIATE_TEST_SUITE_P(
    All, OfficialTest,
    ::testing::Values(
        Official{"dfn2", Dfn2(), {647'169, 827'841, 830'383, 1'432'832, 1'056'768, 988'800}},
        Official{"dfn2_ll",
                 Dfn2LowLatency(),
                 {647'169, 827'841, 829'743, 1'432'832, 1'056'768, 927'360}},
        Official{"dfn3", Dfn3(), {483'585, 819'649, 831'407, 1'269'248, 1'048'576, 989'824}},
        Official{"dfn3_ll",
                 Dfn3LowLatency(),
                 {1'731'073, 3'198'785, 4'809'903, 2'529'792, 3'431'936, 4'962'176}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ModelTest, AlphaHeadCountsWhereItIs) {
  Model model = Filled(Dfn3());
  const ModelSize with = CountModel(model);
  model.df_decoder.alpha.reset();
  const ModelSize without = CountModel(model);
  EXPECT_EQ(with.parameters() - without.parameters(), 257u);
  EXPECT_EQ(with.macs() - without.macs(), 256u);
}

TEST(ModelTest, OtherSizesHaveTheFamilysName) {
  Config config = Dfn3();
  config.emb_hidden = 128;
  EXPECT_EQ(VariantName(config), "DeepFilterNet3");
  config.family = Family::kDeepFilterNet2;
  EXPECT_EQ(VariantName(config), "DeepFilterNet2");
}

TEST(ModelTest, ConvolutionsMayHaveAnyGroups) {
  Model model = Filled(Dfn3());
  ConvLayer& pathway = model.erb_decoder.convp[0];
  pathway.conv.groups = 1;
  Fill(pathway);
  ConvLayer& alone = model.encoder.erb_conv[1];
  SetPointwise(alone, false);
  alone.conv.groups = 4;
  Fill(alone);
  const Status status = ValidateModel(model, "some.onnx");
  EXPECT_TRUE(status.ok()) << status.error().message;
  for (const size_t groups : {0, 3, 128}) {
    pathway.conv.groups = groups;
    const Status odd = ValidateModel(model, "some.onnx");
    ASSERT_FALSE(odd.ok()) << groups;
    EXPECT_THAT(odd.error().message, HasSubstr("erb_dec.conv0p has kernel [64, 64, 1, 1] in "));
  }
}

struct Spoilt {
  const char* expected;
  ErrorCode code;
  void (*spoil)(Model&);
};

class SpoiltModelTest : public ::testing::TestWithParam<Spoilt> {};

TEST_P(SpoiltModelTest, IsRefusedByLayer) {
  Model model = Filled(Dfn3());
  GetParam().spoil(model);
  const Status status = ValidateModel(model, "some.onnx");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, GetParam().code);
  EXPECT_THAT(status.error().message, HasSubstr("some.onnx: "));
  EXPECT_THAT(status.error().message, HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, SpoiltModelTest,
    ::testing::Values(Spoilt{"enc.erb_conv1.dw has kernel [64, 64, 2, 3]", ErrorCode::kMismatch,
                             [](Model& m) { m.encoder.erb_conv[1].conv.kernel_t = 2; }},
                      Spoilt{"df_dec.df_out has 15359 values", ErrorCode::kMismatch,
                             [](Model& m) { m.df_decoder.df_out.weight.Mutable().pop_back(); }},
                      Spoilt{"enc.gru0 has a hidden weight that is not finite, at 7 of",
                             ErrorCode::kCorrupt,
                             [](Model& m) {
                               m.encoder.emb_gru.layers[0].weight_hidden.Mutable()[7] =
                                   std::numeric_limits<float>::quiet_NaN();
                             }},
                      Spoilt{"erb_dec.convt1.pw has a bias that is not finite", ErrorCode::kCorrupt,
                             [](Model& m) {
                               m.erb_decoder.convt1.pointwise->bias[0] =
                                   std::numeric_limits<float>::infinity();
                             }},
                      Spoilt{"df_dec.gru1", ErrorCode::kMismatch,
                             [](Model& m) { m.df_decoder.df_gru.layers.pop_back(); }},
                      Spoilt{"enc.linear_out in place of enc.gru1", ErrorCode::kMismatch,
                             [](Model& m) { m.encoder.emb_gru.layers.emplace_back(); }},
                      Spoilt{"df_dec.df_fc_a has input 255", ErrorCode::kMismatch,
                             [](Model& m) { m.df_decoder.alpha->in = 255; }},
                      Spoilt{"df_dec.df_convp.dw in place of df_dec.df_skip", ErrorCode::kMismatch,
                             [](Model& m) { m.config.df_skip = Skip::kNone; }},
                      Spoilt{"df_dec.df_fc_a", ErrorCode::kMismatch,
                             [](Model& m) { m.df_decoder.alpha->weight.clear(); }},
                      Spoilt{"enc.lsnr_fc", ErrorCode::kCorrupt, [](Model& m) {
                               m.encoder.lsnr.bias = -std::numeric_limits<float>::infinity();
                             }}));

}  // namespace
}  // namespace dfn
