#include "engine/native/native_network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <new>

#include "engine/testing/network_runner.h"
#include "engine/testing/random_model.h"
#include "engine/testing/reference_network.h"
#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// The error of float against double after some twenty layers and forty recurrent steps.
constexpr double kTolerance = 1e-5;
constexpr double kLsnrToleranceDb = 50 * kTolerance;  // lsnr spans 50 dB
// The errors of weights rounded to steps of 2^-11 of themselves, or of 1 / 127 of a column's
// largest. Small random networks average out less of it than real ones.
constexpr double kMinSnrF16Db = 60.0;
constexpr double kMinSnrI8Db = 30.0;
constexpr size_t kFrames = 40;

void ExpectReference(const Config& config, Grouping grouping) {
  ASSERT_TRUE(ValidateConfig(config, {}).ok()) << ValidateConfig(config, {}).error().message;
  const Model model = RandomModel(config, 1, grouping);
  ASSERT_TRUE(ValidateModel(model, "random").ok())
      << ValidateModel(model, "random").error().message;
  const auto network = NewNativeNetwork(model);
  const auto workspace = network->NewWorkspace(kFrames);
  const TestStream start(*network, kFrames, 2);
  const reference::Outputs expected =
      reference::RunNetwork(model, start.feat_erb, start.feat_spec, start.Rows(TestStream::ErbRuns),
                            start.Rows(TestStream::DfRuns));

  ForEachKernelTarget([&] {
    TestStream stream(*network, kFrames, 2);
    RunCall(*network, *workspace, {&stream}, {kFrames});
    ASSERT_EQ(stream.gains.size(), expected.gains.size());
    ASSERT_EQ(stream.coefs.size(), expected.coefs.size());
    for (size_t i = 0; i < kFrames; ++i) {
      EXPECT_NEAR(stream.lsnr_db[i], expected.lsnr_db[i], kLsnrToleranceDb) << i;
      EXPECT_GE(stream.lsnr_db[i], config.lsnr_min_db);
      EXPECT_LE(stream.lsnr_db[i], config.lsnr_max_db);
    }
    for (size_t i = 0; i < expected.gains.size(); ++i) {
      ASSERT_NEAR(stream.gains[i], expected.gains[i], kTolerance) << i;
    }
    for (size_t i = 0; i < expected.coefs.size(); ++i) {
      ASSERT_NEAR(stream.coefs[i], expected.coefs[i], kTolerance) << i;
    }
  });
}

class NativeNetworkTest : public ::testing::TestWithParam<NamedConfig> {};

TEST_P(NativeNetworkTest, EqualsTheReference) {
  ExpectReference(GetParam().config, Grouping::kPackage);
}

TEST_P(NativeNetworkTest, ConvolutionsMayHaveAnyGroups) {
  ExpectReference(GetParam().config, Grouping::kOther);
}

double SnrDb(const std::vector<float>& expected, const std::vector<float>& found) {
  EXPECT_EQ(expected.size(), found.size());
  double signal = 0;
  double noise = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double difference = double{expected[i]} - found[i];
    signal += double{expected[i]} * expected[i];
    noise += difference * difference;
  }
  return 10 * std::log10(signal / noise);
}

TEST_P(NativeNetworkTest, ReducedPrecisionsStayNearFloat) {
  const Model model = RandomModel(GetParam().config, 1);
  const auto run = [&](Precision precision) {
    const auto network = NewNativeNetwork(model, {.precision = precision});
    const auto workspace = network->NewWorkspace(kFrames);
    TestStream stream(*network, kFrames, 2);
    RunCall(*network, *workspace, {&stream}, {kFrames});
    return stream;
  };
  const TestStream expected = run(Precision::kF32);
  ForEachKernelTarget([&] {
    const TestStream f16 = run(Precision::kF16);
    EXPECT_GE(SnrDb(expected.gains, f16.gains), kMinSnrF16Db);
    const TestStream i8 = run(Precision::kI8);
    EXPECT_GE(SnrDb(expected.gains, i8.gains), kMinSnrI8Db);
    EXPECT_NE(f16.gains, expected.gains);
    EXPECT_NE(i8.gains, f16.gains);
    if (model.config.mask_only) return;
    EXPECT_GE(SnrDb(expected.coefs, f16.coefs), kMinSnrF16Db);
    EXPECT_GE(SnrDb(expected.coefs, i8.coefs), kMinSnrI8Db);
    EXPECT_NE(f16.coefs, expected.coefs);
    EXPECT_NE(i8.coefs, f16.coefs);
  });
}

INSTANTIATE_TEST_SUITE_P(Configs, NativeNetworkTest, ::testing::ValuesIn(SmallConfigs()),
                         [](const auto& test) { return test.param.name; });

size_t taken_bytes = 0;
size_t released_bytes = 0;

TEST(WeightMemoryTest, AllWeightsLieInTheBlockThatIsGiven) {
  constexpr MemorySource kCounting = {[](size_t bytes) noexcept {
                                        taken_bytes += bytes;
                                        return kOrdinaryMemory.allocate(bytes);
                                      },
                                      [](void* block, size_t bytes) noexcept {
                                        released_bytes += bytes;
                                        // If the network still read these weights, its output would
                                        // change.
                                        std::memset(block, 0xff, bytes);
                                        kOrdinaryMemory.release(block, bytes);
                                      }};
  const Model model = RandomModel(SmallConfigs().front().config, 1);
  size_t weights = 0;
  for (const Gru& gru : model.encoder.emb_gru.layers) {
    weights += gru.weight_input.size() + gru.weight_hidden.size();
  }
  {
    const auto network = NewNativeNetwork(model, {.memory = kCounting});
    const auto ordinary = NewNativeNetwork(model);
    EXPECT_GT(taken_bytes, weights * sizeof(float));
    TestStream streams[] = {TestStream(*network, kFrames, 2), TestStream(*ordinary, kFrames, 2)};
    RunCall(*network, *network->NewWorkspace(kFrames), {&streams[0]}, {kFrames});
    RunCall(*ordinary, *ordinary->NewWorkspace(kFrames), {&streams[1]}, {kFrames});
    EXPECT_EQ(streams[0].coefs, streams[1].coefs);
    EXPECT_EQ(streams[0].gains, streams[1].gains);
    EXPECT_EQ(released_bytes, 0u);
  }
  EXPECT_EQ(released_bytes, taken_bytes);
}

#if GTEST_HAS_EXCEPTIONS
TEST(WeightMemoryTest, WithoutABlockThereIsNoNetwork) {
  constexpr MemorySource kNone = {[](size_t) noexcept -> void* { return nullptr; },
                                  [](void*, size_t) noexcept {}};
  const Model model = RandomModel(SmallConfigs().front().config, 1);
  EXPECT_THROW(NewNativeNetwork(model, {.memory = kNone}), std::bad_alloc);
}
#endif

}  // namespace
}  // namespace dfn
