// A C program over our library gives what the official library gives with the official models.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/testing/scratch_folder.h"
#include "common/official_vectors.h"
#include "common/real_model.h"
#include "common/run_program.h"
#include "deep_filter/deep_filter.h"
#include "dsp/stft.h"

namespace dfn::test {
namespace {

constexpr double kMinSnrDb = 100.0;
constexpr float kLsnrToleranceDb = 1e-3f;
constexpr float kTolerance = 1e-4f;  // gains, coefficients: see tests/reference

class LibdfVectorsTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::vector<float> Expected(const std::string& name) const {
    return LoadVector<float>(std::string(GetParam()) + "/" + name);
  }
};

void WriteFloats(const std::string& path, const std::vector<float>& values) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
}

std::vector<float> ReadFloats(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  std::vector<float> values(bytes.size() / sizeof(float));
  std::copy_n(bytes.data(), values.size() * sizeof(float), reinterpret_cast<char*>(values.data()));
  return values;
}

TEST_P(LibdfVectorsTest, ProgramInCGivesTheOfficialSamples) {
  DFN_REAL_MODEL_OR_SKIP(path, GetParam());
  const ScratchFolder folder;
  const std::string stem = (folder / GetParam()).string();
  WriteFloats(stem + ".in", OfficialInput());
  ASSERT_EQ(RunProgram(DFN_ENHANCE_FRAMES, {path->string()},
                       {.input = stem + ".in", .output = stem + ".out", .errors = stem + ".err"}),
            0);
  EXPECT_GE(SnrDb(Expected("rt_wav"), ReadFloats(stem + ".out")), kMinSnrDb);
  std::ifstream messages(stem + ".err");
  std::string first;
  EXPECT_TRUE(std::getline(messages, first) && first.starts_with("deepfilter | INFO | ")) << first;
}

TEST_P(LibdfVectorsTest, LocalSnrIsTheOfficialOne) {
  DFN_REAL_MODEL_OR_SKIP(path, GetParam());
  DFState* state = df_create(path->string().c_str(), 100.0f, nullptr);
  ASSERT_NE(state, nullptr);
  std::vector<float> input = OfficialInput();
  const std::vector<float> lsnr_db = Expected("rt_lsnr");
  ASSERT_EQ(lsnr_db.size(), input.size() / kHop);
  for (size_t t = 0; t < lsnr_db.size(); ++t) {
    EXPECT_NEAR(df_process_frame(state, &input[t * kHop], &input[t * kHop]), lsnr_db[t],
                kLsnrToleranceDb)
        << "frame " << t;
  }
  df_free(state);
}

INSTANTIATE_TEST_SUITE_P(OfficialModels, LibdfVectorsTest, ::testing::Values("dfn3", "dfn3_ll"),
                         [](const auto& model) { return std::string(model.param); });

// Without look-ahead frame by frame and the whole file at once start alike, so that the network's
// own vectors hold.
TEST(LibdfRawVectorsTest, SpectraGiveTheOfficialGainsAndCoefficients) {
  DFN_REAL_MODEL_OR_SKIP(path, "dfn3_ll");
  constexpr size_t kCoefEvery = 10;  // frames between those that the vectors hold
  DFState* state = df_create(path->string().c_str(), 100.0f, nullptr);
  ASSERT_NE(state, nullptr);
  const DynArray shape = df_coef_size(state);
  ASSERT_EQ(shape.length, 4u);
  const size_t order = shape.array[1];
  const size_t bins = shape.array[2];
  const size_t bands = df_gain_size(state).array[1];
  const std::vector<float> lsnr_db = LoadVector<float>("dfn3_ll/lsnr");
  const std::vector<float> m = LoadVector<float>("dfn3_ll/m");
  const std::vector<float> taps = LoadVector<float>("dfn3_ll/coefs");

  std::vector<float> input = OfficialInput();
  Stft stft(kHop);
  std::vector<float> memory(kHop);
  std::vector<float> spectrum(stft.bins() * 2);
  std::vector<float> gains(bands);
  std::vector<float> coefs(order * bins * 2);
  for (size_t t = 0; t < input.size() / kHop; ++t) {
    stft.Analyze(&input[t * kHop], memory.data(), spectrum.data());
    float* gains_out = gains.data();
    float* coefs_out = coefs.data();
    EXPECT_NEAR(df_process_frame_raw(state, spectrum.data(), &gains_out, &coefs_out), lsnr_db[t],
                kLsnrToleranceDb);
    ASSERT_NE(gains_out, nullptr);
    ASSERT_NE(coefs_out, nullptr);
    for (size_t e = 0; e < bands; ++e) EXPECT_NEAR(gains[e], m[t * bands + e], kTolerance);
    if (t % kCoefEvery != 0) continue;
    const float* expected = &taps[t / kCoefEvery * coefs.size()];  // [bins, order, 2]
    for (size_t o = 0; o < order; ++o) {
      for (size_t d = 0; d < bins; ++d) {
        for (size_t part : {0, 1}) {
          EXPECT_NEAR(coefs[(o * bins + d) * 2 + part], expected[(d * order + o) * 2 + part],
                      kTolerance)
              << "frame " << t << " bin " << d << " tap " << o;
        }
      }
    }
  }
  df_free(state);
}

}  // namespace
}  // namespace dfn::test
