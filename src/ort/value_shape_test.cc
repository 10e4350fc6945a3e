#include "ort/value_shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ort/network_outputs.h"

namespace dfn::ort {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

OutputShape Found(size_t frames, const Dims& dims, const Dims* other) {
  auto shape = FindFrames("output", frames, dims, other);
  EXPECT_TRUE(shape.ok()) << shape.error().message;
  return shape.ok() ? *shape : OutputShape();
}

TEST(ValueShapeTest, TimeIsTheAxisThatDiffers) {
  const Dims longer = {1, 5, 4, 96, 2};
  const OutputShape shape = Found(3, {1, 5, 3, 96, 2}, &longer);
  EXPECT_EQ(shape.value.axis, 2u);
  EXPECT_EQ(shape.value.before, 5u);
  EXPECT_EQ(shape.value.after, 192u);
  EXPECT_EQ(shape.frames, 3u);
  EXPECT_TRUE(shape.grows);
}

TEST(ValueShapeTest, WhatDoesNotDifferIsTheNewestFrame) {
  const Dims same = {1, 64, 1, 32};
  const OutputShape shape = Found(3, same, &same);
  EXPECT_EQ(shape.value.axis, 2u);
  EXPECT_EQ(shape.frames, 1u);
  EXPECT_FALSE(shape.grows);
}

TEST(ValueShapeTest, WithoutASecondCallTheUsualAxisOfThatLengthIsTime) {
  EXPECT_EQ(Found(3, {1, 64, 3, 32}, nullptr).value.axis, 2u);
  EXPECT_EQ(Found(3, {1, 3, 512}, nullptr).value.axis, 1u);
  EXPECT_EQ(Found(3, {1, 1, 512}, nullptr).frames, 1u);
  EXPECT_FALSE(Found(3, {256}, nullptr).value.axis);
}

TEST(ValueShapeTest, SeveralAxesOfTimeAreRefused) {
  const Dims longer = {4, 4};
  const auto shape = FindFrames("f.onnx: output \"x\"", 3, {3, 3}, &longer);
  ASSERT_FALSE(shape.ok());
  EXPECT_THAT(shape.error().message, HasSubstr("f.onnx: output \"x\" is [3, 3]"));
}

TEST(NetworkOutputsTest, CoefficientsAreOrderedByBins) {
  Config config;
  config.df_bins = 3;
  config.df_order = 2;
  const auto order_of = [&](Dims dims) {
    return FindCoefsOrder("files", ValueShape::Make(std::move(dims), std::nullopt), config);
  };
  EXPECT_EQ(*order_of({1, 1, 3, 4}), CoefsOrder::kBinsFirst);
  EXPECT_EQ(*order_of({1, 1, 3, 2, 2}), CoefsOrder::kBinsFirst);
  EXPECT_EQ(*order_of({1, 2, 1, 3, 2}), CoefsOrder::kTapsFirst);
  EXPECT_FALSE(order_of({1, 4, 1, 3}).ok());
  EXPECT_FALSE(order_of({1, 3, 2}).ok());
  const std::vector<float> taps_first = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  std::vector<float> bins_first(12);
  OrderCoefs(CoefsOrder::kTapsFirst, config, taps_first.data(), bins_first.data());
  EXPECT_THAT(bins_first, ElementsAre(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11));
}

}  // namespace
}  // namespace dfn::ort
