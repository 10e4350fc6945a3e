#include "ort/tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ort/feature_tensors.h"
#include "ort/first_failure.h"

namespace dfn::ort {
namespace {

using ::testing::ElementsAre;

TEST(TensorTest, FreeDimensionsBecomeOne) {
  const Tensor zeros = Zeros({1, -1, 3});
  EXPECT_THAT(zeros.shape, ElementsAre(1, 1, 3));
  EXPECT_THAT(zeros.values, ElementsAre(0.0f, 0.0f, 0.0f));
  EXPECT_EQ(DimsText(Dims{1, -1, 3}), "[1, any, 3]");
}

TEST(FeatureTensorsTest, FramesBeforeTheFirstAreZero) {
  Config config;
  config.erb_bands = 2;
  config.df_bins = 2;
  const std::vector<float> erb = {1, 2, 3, 4};
  const std::vector<float> spec = {1, 10, 2, 20, 3, 30, 4, 40};  // [2, D, 2]
  Tensors values;
  SetFeatures(config, erb, spec, -1, 3, values);
  EXPECT_THAT(values["feat_erb"].shape, ElementsAre(1, 1, 3, 2));
  EXPECT_THAT(values["feat_erb"].values, ElementsAre(0, 0, 1, 2, 3, 4));
  EXPECT_THAT(values["feat_spec"].shape, ElementsAre(1, 2, 3, 2));
  EXPECT_THAT(values["feat_spec"].values, ElementsAre(0, 0, 1, 2, 3, 4, 0, 0, 10, 20, 30, 40));
}

TEST(FirstFailureTest, KeepsTheFirst) {
  FirstFailure failure;
  EXPECT_TRUE(failure.Succeeded({}));
  EXPECT_TRUE(failure.status().ok());
  EXPECT_FALSE(failure.Succeeded(Error{ErrorCode::kIo, "first"}));
  EXPECT_FALSE(failure.Succeeded(Error{ErrorCode::kIo, "second"}));
  EXPECT_EQ(failure.status().error().message, "first");
}

}  // namespace
}  // namespace dfn::ort
