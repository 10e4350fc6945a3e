#include "api/select/precision.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "api/open/open.h"
#include "api/select/engine.h"
#include "base/noise.h"
#include "base/testing/scratch_folder.h"
#include "convert/packed/packed_model.h"

namespace dfn {
namespace {

const std::string kModel =
    (std::filesystem::path(DFN_SOURCE_DIR) / "tests" / "data" / "tiny" / "dfn3").string();

struct Tried {
  PrecisionChoice choice;
  size_t trials = 0;
};

Tried Choose(const std::vector<double>& shares) {
  Tried tried;
  const auto choice = ChoosePrecision([&](Precision precision) -> Result<double> {
    EXPECT_EQ(precision, Precisions()[tried.trials]);
    return shares[tried.trials++];
  });
  EXPECT_TRUE(choice.ok());
  tried.choice = *choice;
  return tried;
}

TEST(ChoosePrecisionTest, TheMostExactThatLeavesThreeQuartersFree) {
  const Tried fast = Choose({0.25, 0.1, 0.05});
  EXPECT_EQ(fast.choice.precision, Precision::kF32);
  EXPECT_EQ(fast.trials, 1u);
  EXPECT_EQ(fast.choice.reason,
            "f32 takes 25 % of real time in a short live run, 25 % are allowed");
  const Tried slower = Choose({0.26, 0.2, 0.1});
  EXPECT_EQ(slower.choice.precision, Precision::kF16);
  EXPECT_EQ(slower.trials, 2u);
  EXPECT_EQ(Choose({0.9, 0.5, 0.2}).choice.precision, Precision::kI8);
  const Tried slowest = Choose({3.0, 2.0, 1.5});
  EXPECT_EQ(slowest.choice.precision, Precision::kI8);
  EXPECT_EQ(slowest.choice.reason,
            "f32 takes 300 %, f16 takes 200 %, i8 takes 150 % of real time in a short live run, "
            "25 % are allowed");
}

TEST(ChoosePrecisionTest, AnErrorEndsIt) {
  const auto choice = ChoosePrecision([](Precision) -> Result<double> {
    return Error{ErrorCode::kIo, "no thread"};
  });
  ASSERT_FALSE(choice.ok());
  EXPECT_EQ(choice.error().message, "no thread");
}

TEST(MeasureBusyShareTest, TakesSomeTime) {
  const auto network = OpenNetwork(kModel);
  ASSERT_TRUE(network.ok());
  const auto share = MeasureBusyShare(*network);
  ASSERT_TRUE(share.ok());
  EXPECT_GT(*share, 0.0);
}

TEST(EnginePrecisionTest, TheEngineSaysWhatItRunsIn) {
  for (const Precision precision : Precisions()) {
    EngineOptions options;
    options.precision = precision;
    const auto engine = OpenEngine(kModel, options);
    ASSERT_TRUE(engine.ok());
    EXPECT_EQ((*engine)->info().precision, precision);
    EXPECT_TRUE((*engine)->info().precision_reason.empty());
  }
}

// Returns the output, enhanced one hop at a time.
std::vector<float> Enhance(const Engine& engine) {
  const auto denoiser = engine.NewDenoiser({});
  EXPECT_TRUE(denoiser.ok());
  std::vector<float> enhanced;
  NoiseGenerator noise;
  for (size_t i = 0; i < 20 * (*denoiser)->hop_size(); ++i) {
    enhanced.push_back(static_cast<float>(noise.NextBits() >> 8) * 0x1p-24f);
  }
  float* const samples = enhanced.data();
  (*denoiser)->Process(&samples, &samples, 20, nullptr);
  return enhanced;
}

TEST(EnginePrecisionTest, AChosenOneIsToldAndRuns) {
  EngineOptions options;
  options.choose_precision = true;
  options.precision = Precision::kI8;
  const auto chosen = OpenEngine(kModel, options);
  ASSERT_TRUE(chosen.ok());
  EXPECT_FALSE((*chosen)->info().precision_reason.empty());
  options.choose_precision = false;
  options.precision = (*chosen)->info().precision;
  const auto same = OpenEngine(kModel, options);
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(Enhance(**chosen), Enhance(**same));
}

// A packed model file of i8 runs as i8 unless another precision is asked for.
TEST(EnginePrecisionTest, APackedFileRunsInItsOwn) {
  const ScratchFolder folder;
  const std::filesystem::path file = folder / "i8.dfn";
  const auto source = OpenModel(kModel);
  ASSERT_TRUE(source.ok());
  const std::vector<uint8_t> bytes = PackModel(*source, Precision::kI8);
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<ptrdiff_t>(bytes.size()));
  EngineOptions options;
  options.precision = Precision::kI8;
  const auto of_source = OpenEngine(kModel, options);
  ASSERT_TRUE(of_source.ok());
  const std::vector<float> expected = Enhance(**of_source);

  const auto own = OpenEngine(file.string());
  ASSERT_TRUE(own.ok());
  EXPECT_EQ((*own)->info().precision, Precision::kI8);
  EXPECT_TRUE((*own)->info().note.empty());
  EXPECT_EQ(Enhance(**own), expected);
  const auto chosen = OpenEngine(file.string(), {.choose_precision = true});
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ((*chosen)->info().precision, Precision::kI8);
  EXPECT_EQ((*chosen)->info().precision_reason, "the model's file holds i8");
  const auto other = OpenEngine(file.string(), {.precision = Precision::kF32});
  ASSERT_TRUE(other.ok());
  EXPECT_EQ((*other)->info().precision, Precision::kF32);
  EXPECT_NE((*other)->info().note.find("holds i8 weights, which are run as f32"),
            std::string::npos);
}

}  // namespace
}  // namespace dfn
