#include "store/known_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dfn {
namespace {

using ::testing::EndsWith;

TEST(KnownModelsTest, EveryModelIsFoundByItsNameAndIsFullyDescribed) {
  ASSERT_EQ(KnownModels().size(), 4u);
  for (const KnownModel& model : KnownModels()) {
    EXPECT_EQ(FindKnownModel(model.name), &model);
    EXPECT_EQ(model.sha256.size(), 64u) << model.name;
    EXPECT_EQ(model.sha256.find_first_not_of("0123456789abcdef"), std::string_view::npos);
    EXPECT_THAT(std::string(model.archive), EndsWith(".tar.gz"));
    EXPECT_EQ(model.license, "MIT OR Apache-2.0");
    EXPECT_GT(model.bytes, 1'000'000u);
    EXPECT_FALSE(model.title.empty());
    EXPECT_FALSE(model.note.empty());
  }
  EXPECT_NE(FindKnownModel(kDefaultModelName), nullptr);
  EXPECT_EQ(FindKnownModel("dfn9"), nullptr);
}

TEST(KnownModelsTest, AddressIsBaseSlashArchive) {
  const KnownModel& model = *FindKnownModel("dfn3");
  EXPECT_EQ(ModelUrl(model),
            "https://github.com/Rikorose/DeepFilterNet/raw/main/models/DeepFilterNet3_onnx.tar.gz");
  EXPECT_EQ(ModelUrl(model, "https://mirror.example/"),
            "https://mirror.example/DeepFilterNet3_onnx.tar.gz");
}

}  // namespace
}  // namespace dfn
