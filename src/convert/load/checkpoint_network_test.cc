// The network with a checkpoint's weights computes what PyTorch computes with that checkpoint.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "common/npy.h"
#include "convert/load/checkpoint.h"
#include "convert/testing/checkpoints.h"
#include "engine/native/native_network.h"

namespace dfn {
namespace {

// Of the largest value of a tensor: what two float32 programs that sum in different orders differ
// by, with room for the deepest of these networks.
constexpr float kTolerance = 1e-5f;

std::vector<float> Expected(const std::string& folder, const char* name) {
  const auto array = test::ReadNpy<float>(folder + "/" + name + ".npy");
  EXPECT_TRUE(array.ok()) << array.error().message;
  return array.ok() ? array->values : std::vector<float>();
}

// max|a - b| / max|b|
float RelativeError(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  float error = 0.0f;
  float largest = 0.0f;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (!(std::abs(a[i] - b[i]) <= error)) error = std::abs(a[i] - b[i]);
    largest = std::max(largest, std::abs(b[i]));
  }
  return error / largest;
}

// Not constant, so that a tensor that went wrong shows.
bool Moves(const std::vector<float>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return *most - *least > 100.0f * kTolerance * std::max(std::abs(*least), std::abs(*most));
}

void ExpectPyTorchsOutput(const std::string& folder) {
  const Result<Model> model = LoadCheckpoint(folder);
  ASSERT_TRUE(model.ok()) << model.error().message;
  const std::unique_ptr<Network> network = NewNativeNetwork(*model);
  const Config& config = network->config();
  const std::vector<float> feat_erb = Expected(folder, "feat_erb");
  const std::vector<float> feat_spec = Expected(folder, "feat_spec");
  const size_t frames = feat_erb.size() / config.erb_bands;
  ASSERT_EQ(feat_spec.size(), frames * config.df_bins * 2);

  AlignedBuffer<float> state(network->state_layout().size());
  network->state_layout().Reset(state.data());
  const StreamRows streams[] = {{state.data(), frames}};
  std::vector<uint32_t> rows(frames);
  std::iota(rows.begin(), rows.end(), 0u);
  std::vector<float> lsnr(frames);
  std::vector<float> gains(frames * config.erb_bands);
  std::vector<float> coefs(frames * config.df_bins * config.df_order * 2);
  const auto workspace = network->NewWorkspace(frames);
  network->Encode(streams, feat_erb.data(), feat_spec.data(), lsnr.data(), *workspace);
  network->DecodeErb(streams, rows, gains.data(), *workspace);
  network->DecodeDf(streams, rows, coefs.data(), *workspace);

  const auto expect = [&](const char* name, const std::vector<float>& found) {
    const std::vector<float> expected = Expected(folder, name);
    ASSERT_TRUE(Moves(expected)) << name;
    const float error = RelativeError(found, expected);
    EXPECT_LE(error, kTolerance) << name;
    testing::Test::RecordProperty(name, std::to_string(error));
    std::printf("%s %s: %.1e of its largest value\n", folder.c_str(), name,
                static_cast<double>(error));
  };
  expect("lsnr", lsnr);
  expect("m", gains);
  expect("coefs", coefs);
}

class CheckpointNetworkTest : public testing::TestWithParam<const char*> {};

TEST_P(CheckpointNetworkTest, ComputesWhatPyTorchComputes) {
  ExpectPyTorchsOutput(CheckpointFolder() + GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, CheckpointNetworkTest, testing::ValuesIn(kCheckpointFixtures),
                         [](const auto& test) { return std::string(test.param); });

// Reads the output of `make_checkpoints.py --official DIR` from the folder
// DEEPFILTER_OFFICIAL_CHECKPOINTS.
TEST(OfficialCheckpointNetworkTest, ComputesWhatPyTorchComputes) {
  const char* folder = std::getenv("DEEPFILTER_OFFICIAL_CHECKPOINTS");
  if (!folder) {
    GTEST_SKIP() << "NOT TESTED: checkpoints of the official sizes against PyTorch; make them with "
                    "tests/data/checkpoints/make_checkpoints.py --official DIR and set "
                    "DEEPFILTER_OFFICIAL_CHECKPOINTS=DIR";
  }
  for (const char* variant : {"dfn2", "dfn2_ll", "dfn3", "dfn3_ll"}) {
    SCOPED_TRACE(variant);
    ExpectPyTorchsOutput((std::filesystem::path(folder) / variant).string());
  }
}

}  // namespace
}  // namespace dfn
