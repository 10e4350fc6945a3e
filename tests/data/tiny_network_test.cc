// The native network on every tiny model against what ONNX Runtime computed with the same graphs:
// loading and running together, over the configurations that no official model has.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "common/npy.h"
#include "convert/load/load.h"
#include "engine/native/native_network.h"

namespace dfn {
namespace {

// Sums of some hundred float32 products in another order than ONNX Runtime's, and sigmoid and tanh
// within 5e-7 each; the coefficients reach 12.
constexpr float kGainTolerance = 5e-6f;
constexpr float kCoefTolerance = 2e-5f;
// 50 times a sigmoid.
constexpr float kLocalSnrToleranceDb = 1e-4f;

std::vector<float> ReadValues(const std::filesystem::path& path) {
  const auto array = test::ReadNpy<float>(path.string());
  EXPECT_TRUE(array.ok()) << array.error().message;
  return array.ok() ? array->values : std::vector<float>();
}

float MaxDifference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return HUGE_VALF;
  float most = 0.0f;
  for (size_t i = 0; i < a.size(); ++i) {
    const float difference = std::abs(a[i] - b[i]);
    if (!(difference <= most)) most = difference;
  }
  return most;
}

class TinyNetworkTest : public ::testing::TestWithParam<const char*> {};

TEST_P(TinyNetworkTest, EqualsOnnxRuntime) {
  const std::filesystem::path folder =
      std::filesystem::path(DFN_SOURCE_DIR) / "tests" / "data" / "tiny" / GetParam();
  const auto model = LoadModel(folder);
  ASSERT_TRUE(model.ok()) << model.error().message;
  const std::vector<float> feat_erb = ReadValues(folder / "feat_erb.npy");
  const std::vector<float> feat_spec = ReadValues(folder / "feat_spec.npy");
  const size_t frames = feat_erb.size() / model->config.erb_bands;
  ASSERT_GT(frames, 0u);

  const auto network = NewNativeNetwork(*model);
  const auto workspace = network->NewWorkspace(frames);
  AlignedBuffer<float> state(network->state_layout().size());
  network->state_layout().Reset(state.data());
  const StreamRows stream{.state = state.data(), .frames = frames};
  std::vector<uint32_t> rows(frames);
  std::iota(rows.begin(), rows.end(), 0u);
  std::vector<float> lsnr_db(frames);
  std::vector<float> gains(frames * model->config.erb_bands);
  std::vector<float> coefs(frames * model->config.df_bins * model->config.df_order * 2);
  network->Encode({&stream, 1}, feat_erb.data(), feat_spec.data(), lsnr_db.data(), *workspace);
  network->DecodeErb({&stream, 1}, rows, gains.data(), *workspace);
  network->DecodeDf({&stream, 1}, rows, coefs.data(), *workspace);

  EXPECT_LE(MaxDifference(lsnr_db, ReadValues(folder / "lsnr.npy")), kLocalSnrToleranceDb);
  EXPECT_LE(MaxDifference(gains, ReadValues(folder / "m.npy")), kGainTolerance);
  EXPECT_LE(MaxDifference(coefs, ReadValues(folder / "coefs.npy")), kCoefTolerance);
}

INSTANTIATE_TEST_SUITE_P(All, TinyNetworkTest,
                         ::testing::Values("dfn3", "dfn3_time2", "dfn3_skips", "dfn3_skips2",
                                           "dfn3_h0", "dfn2", "dfn2_time2"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace dfn
