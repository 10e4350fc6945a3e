#include "convert/packed/int8_columns.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "base/quantize.h"

namespace dfn {
namespace {

Bytes AsBytes(const std::vector<int8_t>& bytes) {
  return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

std::vector<float> Decode(const Int8Columns& columns, const ColumnSizes& sizes) {
  std::vector<float> values(sizes.elements());
  EXPECT_TRUE(FloatsFromColumns(AsBytes(columns.bytes), columns.largest, sizes, values.data()));
  return values;
}

// Columns of any magnitude come back as the same bytes and the same scale. Magnitudes are taken
// from the whole range of floats, since the scale's rounding depends on the number.
TEST(Int8ColumnsTest, QuantizingTheFloatsAgainChangesNothing) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal(0.0f, 1.0f);
  const ColumnSizes shapes[] = {{3000, 9, 1}, {5, 7, 600}, {1, 1, 50}};
  for (const ColumnSizes& sizes : shapes) {
    for (const int least : {-3, -126, -149}) {
      std::uniform_int_distribution<int> exponent(least, least == -3 ? 3 : 120);
      std::vector<float> values(sizes.elements());
      for (size_t i = 0; i < values.size(); ++i) {
        values[i] = std::ldexp(normal(random), exponent(random));
      }
      const Int8Columns columns = QuantizeColumns(values, sizes);
      const std::vector<float> decoded = Decode(columns, sizes);
      const Int8Columns again = QuantizeColumns(decoded, sizes);
      EXPECT_EQ(again.bytes, columns.bytes) << least;
      EXPECT_EQ(again.largest, columns.largest) << least;
    }
  }
}

TEST(Int8ColumnsTest, KeepsTheLargestWeightExactly) {
  const ColumnSizes sizes{.blocks = 2, .depth = 3, .width = 1};
  const std::vector<float> values = {0.1f, -0.7f, 0.699f, 0.0f, 0.0f, 0.0f};
  const Int8Columns columns = QuantizeColumns(values, sizes);
  EXPECT_EQ(columns.bytes, (std::vector<int8_t>{18, -127, 127, 0, 0, 0}));
  EXPECT_EQ(columns.largest, (std::vector<float>{0.7f, 0.0f}));
  EXPECT_EQ(Decode(columns, sizes),
            (std::vector<float>{18 * ByteScale(0.7f), -0.7f, 0.7f, 0.0f, 0.0f, 0.0f}));
}

TEST(Int8ColumnsTest, ColumnsThatAreTooSmallForAScaleAreZero) {
  const ColumnSizes sizes{.blocks = 1, .depth = 2, .width = 1};
  const Int8Columns columns = QuantizeColumns(std::vector<float>{1e-44f, -1e-45f}, sizes);
  EXPECT_EQ(columns.largest[0], 0.0f);
  EXPECT_EQ(Decode(columns, sizes), (std::vector<float>{0.0f, 0.0f}));
}

TEST(Int8ColumnsTest, RefusesWhatNoQuantizingGives) {
  const ColumnSizes sizes{.blocks = 1, .depth = 2, .width = 1};
  const auto decodes = [&](std::vector<int8_t> bytes, float largest) {
    std::vector<float> values(bytes.size());
    return FloatsFromColumns(AsBytes(bytes), {&largest, 1}, sizes, values.data());
  };
  EXPECT_TRUE(decodes({127, -127}, 1.0f));
  EXPECT_FALSE(decodes({127, -128}, 1.0f));
  EXPECT_FALSE(decodes({127, 0}, -1.0f));
  EXPECT_FALSE(decodes({127, 0}, std::numeric_limits<float>::infinity()));
  EXPECT_FALSE(decodes({127, 0}, std::numeric_limits<float>::quiet_NaN()));
}

}  // namespace
}  // namespace dfn
