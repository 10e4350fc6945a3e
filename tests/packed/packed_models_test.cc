// The four official models as packed model files: the same model at f32, the same samples at every
// precision, the sizes that downloads are planned with.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "api/open/open.h"
#include "base/precision_name.h"
#include "common/official_vectors.h"
#include "common/real_model.h"
#include "convert/export/export.h"
#include "convert/load/load.h"
#include "convert/packed/packed_model.h"
#include "engine/native/native_network.h"
#include "kernels/testing/compare.h"
#include "store/embedded.h"
#include "stream/denoise/denoiser.h"

namespace dfn {
namespace {

// What a page has to load.
constexpr size_t kMostDfn3I8Bytes = 2'400'000;
// Weights of two bytes and of four, and what stays float.
constexpr size_t kMostDfn3F16Bytes = 4'500'000;

std::vector<float> Enhance(const Model& model, Precision precision) {
  auto denoiser = Denoiser::Create(NewNativeNetwork(model, {.precision = precision}), {});
  EXPECT_TRUE(denoiser.ok());
  return test::RunStream(**denoiser, test::OfficialInput(), 1, true).samples;
}

std::map<std::string, std::vector<uint8_t>> Exported(const Model& model) {
  const auto files = ExportModel(model, {});
  EXPECT_TRUE(files.ok());
  std::map<std::string, std::vector<uint8_t>> exported;
  for (const NamedBytes& file : *files) exported[file.name] = file.bytes;
  return exported;
}

class PackedOfficialTest : public ::testing::TestWithParam<const char*> {};

TEST_P(PackedOfficialTest, IsItsSource) {
  DFN_REAL_MODEL_OR_SKIP(path, GetParam());
  const auto source = LoadModel(*path);
  ASSERT_TRUE(source.ok()) << source.error().message;
  for (const Precision precision : Precisions()) {
    const std::vector<uint8_t> file = PackModel(*source, precision);
    const auto packed = LoadModelBytes(file, "x.dfn");
    ASSERT_TRUE(packed.ok()) << packed.error().message;
    EXPECT_EQ(packed->precision, precision);
    EXPECT_EQ(packed->config, source->config);
    EXPECT_EQ(VariantName(packed->config), GetParam());
    EXPECT_EQ(PackModel(*packed, precision), file);
    EXPECT_EQ(Enhance(*packed, precision), Enhance(*source, precision)) << PrecisionName(precision);
    if (precision == Precision::kF32) EXPECT_EQ(Exported(*packed), Exported(*source));
  }
}

INSTANTIATE_TEST_SUITE_P(Official, PackedOfficialTest,
                         ::testing::Values("dfn2", "dfn2_ll", "dfn3", "dfn3_ll"),
                         [](const auto& info) { return std::string(info.param); });

TEST(PackedSizeTest, ReducedFilesAreSmall) {
  DFN_REAL_MODEL_OR_SKIP(path, "dfn3");
  const auto source = LoadModel(*path);
  ASSERT_TRUE(source.ok());
  EXPECT_LT(PackModel(*source, Precision::kI8).size(), kMostDfn3I8Bytes);
  EXPECT_LT(PackModel(*source, Precision::kF16).size(), kMostDfn3F16Bytes);
}

// The build has packed the archive itself; nothing may show that.
TEST(BuiltInModelTest, IsItsArchive) {
  if (EmbeddedModelName().empty()) {
    // tools/build.sh builds in the archive that is in the cache.
    if (!test::MayBeAbsent("dfn3")) FAIL() << "no model is built in";
    GTEST_SKIP() << "NOT TESTED: no model is built in";
  }
  const std::string name(EmbeddedModelName());
  DFN_REAL_MODEL_OR_SKIP(path, name);
  const auto archive = LoadModel(*path);
  const auto built_in = OpenModel(name);
  ASSERT_TRUE(archive.ok());
  ASSERT_TRUE(built_in.ok()) << built_in.error().message;
  EXPECT_EQ(built_in->config, archive->config);
  EXPECT_EQ(built_in->encoder, archive->encoder);
  EXPECT_EQ(built_in->erb_decoder, archive->erb_decoder);
  EXPECT_EQ(built_in->df_decoder, archive->df_decoder);
  EXPECT_EQ(built_in->precision, Precision::kF32);
  EXPECT_EQ(built_in->origin.source, name + " (built in)");
  EXPECT_EQ(built_in->origin.form, archive->origin.form);
  EXPECT_EQ(built_in->origin.opset, archive->origin.opset);
  EXPECT_EQ(built_in->origin.state_inputs, archive->origin.state_inputs);
  EXPECT_EQ(built_in->origin.weights, archive->origin.weights);
  EXPECT_FALSE(built_in->origin.packed);
}

}  // namespace
}  // namespace dfn
