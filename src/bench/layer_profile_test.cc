#include "bench/layer_profile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"

namespace dfn::bench {
namespace {

class LayerPartsTest : public testing::TestWithParam<NamedConfig> {};

TEST_P(LayerPartsTest, PartsAreTheWholeNetwork) {
  const Model model = RandomModel(GetParam().config, 1);
  const auto parts = MakeParts(model, {.streams = 2, .frames = 3});
  ASSERT_TRUE(parts.ok());
  const auto in_network = [](const Part& part) {
    return part.name.starts_with("enc.") || part.name.starts_with("erb_dec.") ||
           part.name.starts_with("df_dec.");
  };
  size_t macs = 0;
  std::set<std::string> names;
  for (const Part& part : *parts) {
    EXPECT_TRUE(names.insert(part.name).second) << part.name;
    if (!in_network(part)) continue;
    EXPECT_GT(part.weight_bytes, 0u) << part.name;
    macs += part.macs;
  }
  Model without_alpha = model;
  without_alpha.df_decoder.alpha.reset();
  EXPECT_EQ(macs, CountModel(without_alpha).macs());
  for (const char* step : {"stft.analysis", "features", "gains", "stft.synthesis"}) {
    EXPECT_TRUE(names.contains(step)) << step;
  }
  EXPECT_EQ(names.contains("deep_filter"), !model.config.mask_only);
}

TEST_P(LayerPartsTest, PartsRunAgainAndAgain) {
  const Model model = RandomModel(GetParam().config, 1);
  const auto parts = MakeParts(model, {.streams = 2, .frames = 3});
  ASSERT_TRUE(parts.ok());
  for (int i = 0; i < 3; ++i) {
    for (const Part& part : *parts) part.run();
  }
}

INSTANTIATE_TEST_SUITE_P(Configs, LayerPartsTest, testing::ValuesIn(SmallConfigs()),
                         [](const auto& test) { return test.param.name; });

TEST(LayerProfileTest, EveryPartHasATimeAndTheRestIsWhatIsLeft) {
  const Model model = RandomModel(SmallConfigs().front().config, 1);
  std::vector<float> sound(10 * model.config.hop_size);
  for (size_t i = 0; i < sound.size(); ++i) {
    sound[i] = 0.1f * static_cast<float>(std::sin(0.1 * static_cast<double>(i)));
  }
  const auto profile = ProfileLayers(model, NewNativeNetwork(model), {.frames = 4}, sound, 0.05);
  ASSERT_TRUE(profile.ok());
  double sum = 0.0;
  for (const PartTime& part : profile->parts) {
    EXPECT_EQ(part.rows, 4u);
    EXPECT_GE(part.us, 0.0);
    sum += part.us;
  }
  EXPECT_GT(sum, 0.0);
  EXPECT_EQ(profile->sum_us(), sum);
  EXPECT_GT(profile->whole_us, 0.0);
  EXPECT_EQ(profile->rest_us(), profile->whole_us - sum);
}

TEST(PartTimeTest, BytesAreOfACallAndMultiplyAddsOfARow) {
  const PartTime part = {"gru", 2'000'000, 8'000'000, 2'000'000, 100.0, 4};
  EXPECT_DOUBLE_EQ(part.gb_per_s(), 20.0);
  EXPECT_DOUBLE_EQ(part.gmac_per_s(), 20.0);
  EXPECT_EQ((PartTime{"nothing", 1, 1, 1, 0.0, 1}).gb_per_s(), 0.0);
}

TEST(PartTimeTest, ARecurrentHalfIsReadOnceAStepAndAMatrixOnceACall) {
  const Model model = RandomModel(SmallConfigs().front().config, 1);
  const auto once = MakeParts(model, {.streams = 2, .frames = 1});
  const auto thrice = MakeParts(model, {.streams = 2, .frames = 3});
  ASSERT_TRUE(once.ok() && thrice.ok());
  for (size_t i = 0; i < once->size(); ++i) {
    const Part& part = (*once)[i];
    const size_t more = (*thrice)[i].read_bytes - part.read_bytes;
    if (part.name.find(".gru") != std::string::npos) {
      EXPECT_EQ(part.read_bytes, part.weight_bytes) << part.name;
      EXPECT_GT(more, 0u) << part.name;
      EXPECT_LT(more, 2 * part.read_bytes) << part.name;
    } else if (part.name.find("conv") != std::string::npos) {
      EXPECT_EQ(part.read_bytes, 2 * part.weight_bytes) << part.name;
      EXPECT_EQ(more, 4 * part.weight_bytes) << part.name;
    } else {
      EXPECT_EQ(part.read_bytes, part.weight_bytes) << part.name;
      EXPECT_EQ(more, 0u) << part.name;
    }
  }
}

}  // namespace
}  // namespace dfn::bench
