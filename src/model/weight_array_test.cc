#include "model/weight_array.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

TEST(WeightArrayTest, HasNothingAtFirst) {
  const WeightArray weights;
  EXPECT_TRUE(weights.empty());
  EXPECT_EQ(weights, WeightArray(std::vector<float>{}));
}

TEST(WeightArrayTest, TakesAVectorOver) {
  std::vector<float> values = {1.0f, 2.0f, 3.0f};
  const float* const at = values.data();
  WeightArray weights = std::move(values);
  EXPECT_EQ(weights.data(), at);
  EXPECT_EQ(weights.size(), 3u);
  const WeightArray copy = weights;
  weights.Mutable()[1] = 5.0f;
  EXPECT_EQ(weights.data(), at);
  EXPECT_EQ(copy.Copy(), (std::vector<float>{1.0f, 2.0f, 3.0f}));
  EXPECT_NE(copy, weights);
}

TEST(WeightArrayTest, KeepsWhatItsValuesAreIn) {
  auto values = std::make_shared<std::vector<float>>(4, 0.5f);
  const std::weak_ptr<const void> kept = values;
  WeightArray weights(*values, values);
  const float* const at = values->data();
  values.reset();
  const WeightArray copy = weights;
  EXPECT_EQ(weights.data(), at);
  EXPECT_EQ(copy.data(), at);
  EXPECT_EQ(copy, WeightArray(std::vector<float>(4, 0.5f)));
  weights = {};
  EXPECT_TRUE(weights.empty());
  EXPECT_FALSE(kept.expired());
}

TEST(WeightArrayTest, ChangesACopyOfWhatIsNotItsOwn) {
  const std::vector<float> values = {1.0f, 2.0f};
  WeightArray weights(values, nullptr);
  weights.Mutable().push_back(3.0f);
  EXPECT_EQ(weights.Copy(), (std::vector<float>{1.0f, 2.0f, 3.0f}));
  EXPECT_EQ(values.size(), 2u);
}

}  // namespace
}  // namespace dfn
