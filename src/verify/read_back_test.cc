#include "verify/read_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "convert/testing/models.h"

namespace dfn {
namespace {

using ::testing::HasSubstr;

struct Form {
  const char* name;
  ExportOptions options;
};

class ReadBackTest : public ::testing::TestWithParam<Form> {
 protected:
  ReadBackTest() : model_(test::RandomModel(test::SmallConfigs().front().config, 7)) {}

  std::vector<NamedBytes> Export() const {
    auto files = ExportModel(model_, GetParam().options);
    EXPECT_TRUE(files.ok()) << files.error().message;
    return std::move(files).value();
  }

  Model model_;
};

TEST_P(ReadBackTest, EveryWeightIsFound) {
  const auto found = ReadBack(model_, Export(), GetParam().options);
  ASSERT_TRUE(found.ok()) << found.error().message;
}

TEST_P(ReadBackTest, OneOtherWeightIsNamed) {
  const std::vector<NamedBytes> files = Export();
  // The change is two units in the last place of a half, so that float16 files show it too.
  float& weight = model_.erb_decoder.emb_gru.layers[1].weight_hidden.Mutable()[3];
  weight = weight == 0.0f ? 0.01f : weight * (1.0f + 0x1p-9f);
  const auto found = ReadBack(model_, files, GetParam().options);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::kMismatch);
  EXPECT_THAT(found.error().message, HasSubstr("erb_dec.gru1.weight_hidden"));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ReadBackTest,
    ::testing::Values(Form{"networks", {}}, Form{"combined", {.layout = ExportLayout::kCombined}},
                      Form{"streaming", {.layout = ExportLayout::kStreaming}},
                      Form{"windows",
                           {.layout = ExportLayout::kStreaming, .state = StateForm::kGru}},
                      Form{"audio", {.layout = ExportLayout::kAudio}},
                      Form{"lowered", {.lower_gru = true}}, Form{"halves", {.fp16_weights = true}},
                      Form{"lowered_halves", {.lower_gru = true, .fp16_weights = true}}),
    [](const ::testing::TestParamInfo<Form>& form) { return std::string(form.param.name); });

}  // namespace
}  // namespace dfn
