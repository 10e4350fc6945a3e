#include "convert/load/checkpoint_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "convert/config/config_ini.h"
#include "convert/testing/checkpoints.h"
#include "formats/ini/ini.h"

namespace dfn {
namespace {

using testing::HasSubstr;

class CheckpointWeightsTest : public testing::Test {
 protected:
  void SetUp() override { Load("dfn3_none"); }

  void Load(const std::string& fixture) {
    const std::string folder = CheckpointFolder() + fixture;
    const std::string file = FileContent(folder + "/model_1.ckpt");
    Result<StateDict> state = ReadTorchCheckpoint(BytesOf(file), fixture, {});
    ASSERT_TRUE(state.ok()) << state.error().message;
    state_ = *std::move(state);
    const std::string text = FileContent(folder + "/config.ini");
    const Result<IniFile> ini = IniFile::Parse(BytesOf(text), "config.ini", {});
    ASSERT_TRUE(ini.ok()) << ini.error().message;
    const Result<Config> config = ReadConfig(*ini, "config.ini", {});
    ASSERT_TRUE(config.ok()) << config.error().message;
    config_ = *config;
  }

  Model Lift() {
    Result<Model> model = ModelFromStateDict(state_, config_, "m.ckpt");
    EXPECT_TRUE(model.ok()) << model.error().message;
    return model.ok() ? *std::move(model) : Model{};
  }

  void ExpectError(ErrorCode code, const std::string& sentence) {
    const Result<Model> model = ModelFromStateDict(state_, config_, "m.ckpt");
    ASSERT_FALSE(model.ok()) << sentence;
    EXPECT_EQ(model.error().code, code) << model.error().message;
    EXPECT_THAT(model.error().message, HasSubstr("m.ckpt: "));
    EXPECT_THAT(model.error().message, HasSubstr(sentence));
  }

  const std::vector<float>& Floats(const std::string& name) { return state_.at(name).floats; }

  StateDict state_;
  Config config_;
};

TEST_F(CheckpointWeightsTest, GruGatesComeInOnnxsOrder) {
  const Gru gru = Lift().encoder.emb_gru.layers[0];
  const size_t gate = gru.hidden * gru.in;
  const std::vector<float>& torch = Floats("enc.emb_gru.gru.weight_ih_l0");  // r, z, n
  ASSERT_EQ(torch.size(), 3 * gate);
  for (size_t i = 0; i < gate; ++i) {
    EXPECT_EQ(gru.weight_input[i], torch[gate + i]);
    EXPECT_EQ(gru.weight_input[gate + i], torch[i]);
    EXPECT_EQ(gru.weight_input[2 * gate + i], torch[2 * gate + i]);
  }
  EXPECT_EQ(gru.bias_hidden[0], Floats("enc.emb_gru.gru.bias_hh_l0")[gru.hidden]);
}

// The expected value of a folded weight and bias, by the formula of torch.nn.BatchNorm2d.
TEST_F(CheckpointWeightsTest, NormsAreFoldedIntoTheLastConvolution) {
  const ConvLayer layer = Lift().encoder.df_conv[0];  // separable, with a pad in front
  ASSERT_TRUE(layer.pointwise.has_value());
  EXPECT_EQ(layer.conv.weight, Floats("enc.df_conv0.1.weight"));
  EXPECT_TRUE(layer.conv.bias.empty());
  const size_t channels = config_.conv_channels;
  for (size_t out = 0; out < channels; ++out) {
    const double scale = Floats("enc.df_conv0.3.weight")[out] /
                         std::sqrt(Floats("enc.df_conv0.3.running_var")[out] + 1e-5);
    const double bias =
        Floats("enc.df_conv0.3.bias")[out] - Floats("enc.df_conv0.3.running_mean")[out] * scale;
    EXPECT_FLOAT_EQ(layer.pointwise->bias[out], static_cast<float>(bias));
    for (size_t in = 0; in < channels; ++in) {
      EXPECT_FLOAT_EQ(
          layer.pointwise->weight[out * channels + in],
          static_cast<float>(Floats("enc.df_conv0.2.weight")[out * channels + in] * scale));
    }
  }
}

TEST_F(CheckpointWeightsTest, TheAlphaHeadIsTakenWhereThereIsOne) {
  const std::optional<ScalarHead> alpha = Lift().df_decoder.alpha;
  ASSERT_TRUE(alpha.has_value());
  EXPECT_EQ(alpha->weight, Floats("df_dec.df_fc_a.0.weight"));
  EXPECT_EQ(alpha->bias, Floats("df_dec.df_fc_a.0.bias")[0]);
  state_.erase("df_dec.df_fc_a.0.weight");
  state_.erase("df_dec.df_fc_a.0.bias");
  EXPECT_FALSE(Lift().df_decoder.alpha.has_value());
}

TEST_F(CheckpointWeightsTest, TheOriginSaysWhereTheWeightsAreFrom) {
  const Model model = Lift();
  EXPECT_EQ(model.origin.source, "m.ckpt");
  EXPECT_EQ(model.origin.form, "PyTorch checkpoint");
}

// No key of config.ini tells the groups of a convolution, so the tensors do.
TEST_F(CheckpointWeightsTest, ConvolutionsMayHaveAnyGroups) {
  const size_t channels = config_.conv_channels;
  CheckpointTensor& full = state_.at("erb_dec.conv1p.0.weight");
  ASSERT_EQ(full.shape, (std::vector<size_t>{channels, 1, 1, 1}));
  full.shape[1] = channels;
  full.floats.resize(channels * channels, 0.25f);
  // One convolution in the place of two.
  CheckpointTensor& alone = state_.at("enc.erb_conv1.0.weight");
  alone.shape[1] = channels / 2;
  alone.floats.resize(alone.floats.size() * channels / 2, 0.5f);
  for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) {
    const std::string stem = "enc.erb_conv1.";
    state_[stem + "1" + part] = std::move(state_.at(stem + "2" + part));
    state_.erase(stem + "2" + part);
  }
  const Model model = Lift();
  EXPECT_EQ(model.erb_decoder.convp[1].conv.groups, 1u);
  EXPECT_EQ(model.erb_decoder.convp[2].conv.groups, channels);
  EXPECT_EQ(model.encoder.erb_conv[1].conv.groups, 2u);
  EXPECT_FALSE(model.encoder.erb_conv[1].pointwise.has_value());
  EXPECT_TRUE(model.encoder.erb_conv[2].pointwise.has_value());
  state_.at("enc.erb_conv2.0.weight").shape[1] = 3;  // does not divide the channels
  ExpectError(ErrorCode::kMismatch, "tensor \"enc.erb_conv2.0.weight\" has shape [8, 3, 1, 3]");
}

TEST_F(CheckpointWeightsTest, AMissingTensorIsNamed) {
  state_.erase("erb_dec.convt1.1.weight");
  ExpectError(ErrorCode::kMismatch,
              "has no tensor \"erb_dec.convt1.1.weight\", but config.ini asks for one "
              "(conv_ch = 8, convt_kernel = 1,3)");
}

TEST_F(CheckpointWeightsTest, AnotherShapeIsNamed) {
  config_.linear_groups = 8;
  ExpectError(ErrorCode::kMismatch,
              "tensor \"enc.emb_gru.linear_in.0.weight\" has shape [4, 8, 4], but config.ini asks "
              "for [8, 4, 2] (linear_groups = 8, emb_hidden_dim = 16, conv_ch = 8, nb_erb = 16, "
              "enc_concat = false)");
}

TEST_F(CheckpointWeightsTest, AnotherTypeIsNamed) {
  CheckpointTensor& tensor = state_.at("enc.lsnr_fc.0.bias");
  tensor.type = torch::ElementType::kInt64;
  tensor.floats.clear();
  tensor.ints = {1};
  ExpectError(ErrorCode::kMismatch, "tensor \"enc.lsnr_fc.0.bias\" is of type int64");
}

TEST_F(CheckpointWeightsTest, ATensorWithoutAPlaceIsNamed) {
  Load("dfn3_time2");
  config_.df_skip = Skip::kNone;
  ExpectError(ErrorCode::kMismatch, "tensor \"df_dec.df_skip.weight\" has no place");
}

TEST_F(CheckpointWeightsTest, HarmlessTensorsArePassedOver) {
  const Model model = Lift();
  for (const char* name : {"enc.emb_gru.h0", "erb_comp.c", "df_op.spec_buf", "enc.erb_comp.mn"}) {
    state_[name].floats = {1.0f};
  }
  EXPECT_EQ(Lift().encoder, model.encoder);
}

// df.checkpoint reads what is there and lets the rest be; nothing runs the DF decoder.
TEST_F(CheckpointWeightsTest, WithoutADeepFilterItsDecoderMayBeThereOrNot) {
  const Model whole = Lift();
  config_.mask_only = true;
  const Model model = Lift();
  EXPECT_EQ(model.encoder, whole.encoder);
  EXPECT_EQ(model.erb_decoder, whole.erb_decoder);
  EXPECT_EQ(model.df_decoder, DfDecoderWeights{});
  std::erase_if(state_, [](const auto& tensor) { return tensor.first.starts_with("df_dec."); });
  EXPECT_EQ(Lift().erb_decoder, whole.erb_decoder);
  config_.mask_only = false;
  ExpectError(ErrorCode::kMismatch, "has no tensor \"df_dec.");
}

TEST_F(CheckpointWeightsTest, ValuesThatAreNotFiniteAreRefused) {
  state_.at("df_dec.df_out.0.weight").floats[5] = std::numeric_limits<float>::infinity();
  ExpectError(ErrorCode::kCorrupt, "not finite");
  Load("dfn3_none");
  state_.at("enc.erb_conv0.2.running_var").floats[0] = -1.0f;
  ExpectError(ErrorCode::kCorrupt, "not finite");
}

}  // namespace
}  // namespace dfn
