// dfn3 from a packed model file against what the official packages compute (README.md), with the
// rooms that need no operating system alone: what an emulated processor can be built for in minutes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/official_vectors.h"
#include "convert/packed/packed_model.h"
#include "engine/native/native_network.h"
#include "kernels/testing/compare.h"
#include "stream/denoise/denoiser.h"

namespace dfn {
namespace {

using test::LoadVector;
using test::OfficialInput;
using test::RunStream;
using test::SnrDb;

// Of samples: docs/numerics.md. The sound was chosen to be hard for weights of few bits.
constexpr double kMinSnrDb = 100.0;
constexpr double kMinF16SnrDb = 63.0;
constexpr double kMinI8SnrDb = 28.0;
// How far one instruction set may be from another in those figures.
constexpr double kSameSnrDb = 0.1;

class PackedReferenceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* path = std::getenv("DEEPFILTER_PACKED_MODEL");
    if (path == nullptr || *path == '\0') {
      GTEST_SKIP()
          << "NOT TESTED: set DEEPFILTER_PACKED_MODEL to the file that `deepfilter pack dfn3` "
             "makes";
    }
    std::ifstream file(path, std::ios::binary);
    const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    Result<Model> model = LoadPackedModel(bytes, path);
    ASSERT_TRUE(model.ok()) << model.error().message;
    model_ = std::make_unique<Model>(std::move(*model));
  }

  std::vector<float> Enhance(Precision precision, Profile profile) {
    const std::shared_ptr<const Network> network =
        NewNativeNetwork(*model_, {.precision = precision});
    DenoiserOptions options;
    options.profile = profile;
    options.max_frames_per_call = 32;
    auto denoiser = Denoiser::Create(network, options);
    EXPECT_TRUE(denoiser.ok()) << denoiser.error().message;
    if (!denoiser.ok()) return {};
    return RunStream(**denoiser, input_, 32, profile == Profile::kReference).samples;
  }

  const std::vector<float> input_ = OfficialInput();
  std::unique_ptr<Model> model_;
};

TEST_F(PackedReferenceTest, ProfileReferenceEqualsDfEnhance) {
  const std::vector<float> wav = LoadVector<float>("dfn3/wav");
  ForEachKernelTarget([&] {
    const double snr_db = SnrDb(wav, Enhance(Precision::kF32, Profile::kReference));
    RecordProperty("snr_db", std::to_string(snr_db));
    EXPECT_GE(snr_db, kMinSnrDb);
  });
}

TEST_F(PackedReferenceTest, ProfileLibdfEqualsTheOfficialRuntime) {
  const std::vector<float> wav = LoadVector<float>("dfn3/rt_wav");
  ForEachKernelTarget(
      [&] { EXPECT_GE(SnrDb(wav, Enhance(Precision::kF32, Profile::kLibdf)), kMinSnrDb); });
}

// Instructions for bytes change no bit: targets of the same vectors agree in all samples.
TEST_F(PackedReferenceTest, WeightsOfFewBitsAreAsNearOnEveryTarget) {
  const std::vector<float> wav = LoadVector<float>("dfn3/wav");
  for (const auto& [precision, least_db] :
       {std::pair(Precision::kF16, kMinF16SnrDb), std::pair(Precision::kI8, kMinI8SnrDb)}) {
    std::map<int64_t, std::vector<float>> of_vectors;
    double first_db = 0.0;
    ForEachKernelTarget([&] {
      const std::vector<float> samples = Enhance(precision, Profile::kReference);
      const double snr_db = SnrDb(wav, samples);
      EXPECT_GE(snr_db, least_db);
      if (first_db == 0.0) first_db = snr_db;
      EXPECT_NEAR(snr_db, first_db, kSameSnrDb);
      const auto [place, is_new] = of_vectors.emplace(ActiveKernelTarget().vectors, samples);
      if (!is_new) EXPECT_TRUE(samples == place->second);
    });
    RecordProperty(precision == Precision::kI8 ? "i8_snr_db" : "f16_snr_db",
                   std::to_string(first_db));
  }
}

}  // namespace
}  // namespace dfn
