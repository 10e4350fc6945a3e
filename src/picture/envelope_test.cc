#include "picture/envelope.h"

#include <gtest/gtest.h>

#include <vector>

namespace dfn {
namespace {

TEST(EnvelopeTest, KeepsEndsAndMeansOfEachColumn) {
  Envelope envelope(2, 8);
  envelope.Hear(std::vector<float>{1.0f, -3.0f, 0.5f});
  ASSERT_EQ(envelope.columns().size(), 2u);
  EXPECT_EQ(envelope.columns()[0].low, -3.0f);
  EXPECT_EQ(envelope.columns()[0].high, 1.0f);
  EXPECT_EQ(envelope.columns()[0].mean(), -1.0);
  EXPECT_EQ(envelope.columns()[0].mean_square(), 5.0);
  EXPECT_EQ(envelope.columns()[1].count, 1u);
  EXPECT_EQ(envelope.columns()[1].mean(), 0.5);
  EXPECT_EQ(EnvelopeColumn{}.mean(), 0.0);
}

TEST(EnvelopeTest, JoinsColumnsOfLongSounds) {
  Envelope envelope(1, 4);
  for (int i = 0; i < 9; ++i) envelope.Hear(static_cast<float>(i));
  // 4 columns of 1, then of 2, then of 4.
  EXPECT_EQ(envelope.values_per_column(), 4u);
  ASSERT_EQ(envelope.columns().size(), 3u);
  EXPECT_EQ(envelope.columns()[0].low, 0.0f);
  EXPECT_EQ(envelope.columns()[0].high, 3.0f);
  EXPECT_EQ(envelope.columns()[1].mean(), 5.5);
  EXPECT_EQ(envelope.columns()[2].count, 1u);
  EXPECT_EQ(envelope.values(), 9u);
}

}  // namespace
}  // namespace dfn
