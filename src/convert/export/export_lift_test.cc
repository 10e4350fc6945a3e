// Tests that lifting an exported model returns the model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "convert/export/export.h"
#include "convert/load/load.h"
#include "convert/testing/graphs.h"
#include "convert/testing/models.h"

namespace dfn {
namespace {

using ::testing::ElementsAre;

class ExportLiftTest : public ::testing::TestWithParam<test::NamedConfig> {
 protected:
  static std::vector<NamedBytes> Export(const Model& model, const ExportOptions& options) {
    auto files = ExportModel(model, options);
    EXPECT_TRUE(files.ok()) << files.error().message;
    return std::move(files).value();
  }
  static Model Load(const std::vector<NamedBytes>& files) {
    auto model = LoadModelFiles(files, "folder/elsewhere");
    EXPECT_TRUE(model.ok()) << model.error().message;
    return std::move(model).value();
  }
  // Exports the model in every form and reads it back.
  static void ExpectSameModel(const Model& model);
  static std::vector<ExportOptions> Forms() {
    std::vector<ExportOptions> forms;
    for (ExportLayout layout : {ExportLayout::kNetworks, ExportLayout::kCombined}) {
      for (StateForm state : {StateForm::kFull, StateForm::kGru, StateForm::kNone}) {
        for (bool single_frame : {false, true}) {
          forms.push_back({.layout = layout, .state = state, .single_frame = single_frame});
        }
      }
    }
    return forms;
  }
};

TEST_P(ExportLiftTest, TheModelComesBackToTheBit) {
  ExpectSameModel(test::RandomModel(GetParam().config, 5));
}

TEST_P(ExportLiftTest, ConvolutionsKeepTheirGroups) {
  ExpectSameModel(test::RandomModel(GetParam().config, 5, Grouping::kOther));
}

void ExportLiftTest::ExpectSameModel(const Model& model) {
  for (const ExportOptions& options : Forms()) {
    SCOPED_TRACE(std::string(LayoutName(options.layout)) + " " + StateFormName(options.state));
    Model expected = model;
    // Only the official form has the head that nothing uses.
    if (options.layout != ExportLayout::kNetworks || options.state != StateForm::kNone) {
      expected.df_decoder.alpha.reset();
    }
    EXPECT_TRUE(test::SameModel(Load(Export(model, options)), expected));
  }
}

TEST_P(ExportLiftTest, ExportedAgainTheBytesAreTheSame) {
  const Model model = test::RandomModel(GetParam().config, 6);
  for (ExportOptions options : Forms()) {
    for (int opset : {14, 17, 21}) {
      for (bool fp16 : {false, true}) {
        options.opset = opset;
        options.fp16_weights = fp16;
        const auto once = Export(model, options);
        const auto again = Export(Load(once), options);
        ASSERT_EQ(once.size(), again.size());
        for (size_t i = 0; i < once.size(); ++i) {
          EXPECT_EQ(once[i].bytes, again[i].bytes) << once[i].name;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ExportLiftTest, ::testing::ValuesIn(test::SmallConfigs()),
                         [](const auto& test_case) { return std::string(test_case.param.name); });

TEST(ExportOriginTest, StatesAndTheWeightsOriginAreKnown) {
  const Model model = test::RandomModel(test::SmallConfigs()[0].config, 7);
  const auto files = ExportModel(model, {});
  ASSERT_TRUE(files.ok());
  const auto lifted = LoadModelFiles(*files, "folder/elsewhere");
  ASSERT_TRUE(lifted.ok()) << lifted.error().message;
  EXPECT_EQ(lifted->origin.source, "folder/elsewhere");
  EXPECT_EQ(lifted->origin.weights, "random");
  EXPECT_THAT(
      lifted->origin.state_inputs,
      ElementsAre("enc.onnx: h0", "enc.onnx: erb_conv0_s0", "enc.onnx: df_conv0_s0",
                  "erb_dec.onnx: erb_h0", "df_dec.onnx: df_h0", "df_dec.onnx: df_convp_s0"));
}

}  // namespace
}  // namespace dfn
