#include "verify/parity.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "convert/testing/plans.h"
#include "ort/testing/networks.h"

namespace dfn {
namespace {

// The least SNR of any export in float32 against the native network.
constexpr double kLeastSnrDb = 100.0;

std::vector<test::NamedConfig> Configs() {
  std::vector<test::NamedConfig> configs = test::SmallConfigs();
  for (test::NamedConfig& named : configs) {
    named.config.fft_size = 240;
    named.config.hop_size = 120;
    named.config.sample_rate_hz = 12000;
    named.config.min_erb_band_bins = 1;
    named.config.post_filter = true;
    named.config.post_filter_beta =
        named.config.family == Family::kDeepFilterNet3 ? 0.05f : Config{}.post_filter_beta;
  }
  // A deep filter on all bins but the last, which is silent in DeepFilterNet3.
  for (const size_t i : {0, 3}) {
    test::NamedConfig all_bins = configs[i];
    all_bins.name = i == 0 ? "dfn3_all_bins" : "dfn2_all_bins";
    all_bins.config.df_bins = 120;
    configs.push_back(all_bins);
  }
  return configs;
}

class ParityTest : public ::testing::TestWithParam<test::NamedConfig> {
 protected:
  Parity Measure(const Model& model, const std::vector<NamedBytes>& files,
                 const ExportOptions& options) {
    auto parity = MeasureParity(model, files, options, SyntheticSignal(model.config.sample_rate_hz),
                                test::OpenLibrary());
    EXPECT_TRUE(parity.ok()) << parity.error().message;
    return parity.ok() ? std::move(parity).value() : Parity{};
  }
};

TEST_P(ParityTest, EveryLayoutDoesWhatTheConfigSays) {
  for (const bool post_filter : {false, true}) {
    Config config = GetParam().config;
    config.post_filter = post_filter;
    const Model model = test::RandomModel(config, 5);
    for (const auto layout : {ExportLayout::kNetworks, ExportLayout::kCombined,
                              ExportLayout::kStreaming, ExportLayout::kAudio}) {
      const ExportOptions options = {.layout = layout};
      const Parity parity = Measure(model, test::Export(model, options), options);
      EXPECT_TRUE(parity.passed()) << LayoutName(layout);
      EXPECT_GE(parity.snr_db, kLeastSnrDb) << LayoutName(layout) << " post filter " << post_filter;
    }
  }
}

// A file without the post filter that its config asks for does not pass.
TEST_P(ParityTest, AnAudioGraphWithoutThePostFilterIsFound) {
  const ExportOptions options = {.layout = ExportLayout::kAudio};
  Model model = test::RandomModel(GetParam().config, 5);
  model.config.post_filter = false;
  const auto files = test::Export(model, options);
  model.config.post_filter = true;
  EXPECT_FALSE(Measure(model, files, options).passed());
}

INSTANTIATE_TEST_SUITE_P(Configs, ParityTest, ::testing::ValuesIn(Configs()),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace dfn
