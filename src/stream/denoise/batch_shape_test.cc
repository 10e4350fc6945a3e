#include "stream/denoise/batch_shape.h"

#include <gtest/gtest.h>

namespace dfn {
namespace {

TEST(BatchShapeTest, FollowsTheCacheWithinBounds) {
  size_t rows = 0;
  for (const size_t kilobytes : {16u, 256u, 512u, 1024u, 1280u, 2048u, 16384u}) {
    const BatchShape shape = ChooseBatchShape(kilobytes << 10);
    EXPECT_GE(shape.rows, rows) << kilobytes;
    EXPECT_GE(shape.rows, shape.streams);
    EXPECT_LE(shape.rows, 64u);
    rows = shape.rows;
  }
  EXPECT_GT(rows, ChooseBatchShape(512 << 10).rows);
  EXPECT_EQ(ChooseBatchShape(0).rows, rows);
}

TEST(BatchShapeTest, SharesItsRows) {
  const BatchShape shape{.streams = 8, .rows = 64};
  EXPECT_EQ(shape.FramesOf(8), 8u);
  EXPECT_EQ(shape.FramesOf(1), 64u);
  EXPECT_EQ(shape.FramesOf(3), 21u);
  EXPECT_EQ(shape.FramesOf(100), 1u);
}

}  // namespace
}  // namespace dfn
