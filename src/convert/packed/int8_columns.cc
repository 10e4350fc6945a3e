#include "convert/packed/int8_columns.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>

#include "base/quantize.h"

namespace dfn {
namespace {

int Magnitude(uint8_t byte) { return std::abs(int{static_cast<int8_t>(byte)}); }

float FloatOf(uint8_t byte, float scale, int top, float largest) {
  const int value = static_cast<int8_t>(byte);
  const float rounded = static_cast<float>(value) * scale;
  if (std::abs(value) != top) return rounded;
  return value < 0 ? -largest : largest;
}

// One column of adjacent bytes.
void DecodeRow(const uint8_t* bytes, size_t depth, int top, float largest, float* to) {
  const float scale = ByteScale(largest);
  for (size_t k = 0; k < depth; ++k) to[k] = FloatOf(bytes[k], scale, top, largest);
}

// The columns of one block, side by side.
void DecodeBlock(const uint8_t* bytes, const ColumnSizes& sizes, const int* tops,
                 const float* largest, float* to) {
  std::vector<float> scales(sizes.width);
  for (size_t n = 0; n < sizes.width; ++n) scales[n] = ByteScale(largest[n]);
  for (size_t k = 0; k < sizes.depth; ++k) {
    for (size_t n = 0; n < sizes.width; ++n) {
      const size_t i = k * sizes.width + n;
      to[i] = FloatOf(bytes[i], scales[n], tops[n], largest[n]);
    }
  }
}

// The largest magnitude of each column's bytes; at least 1, so that a byte of 0 is 0.
std::vector<int> Tops(Bytes bytes, const ColumnSizes& sizes) {
  std::vector<int> tops(sizes.columns(), 1);
  const uint8_t* from = bytes.data();
  for (size_t block = 0; block < sizes.blocks; ++block) {
    int* const top = tops.data() + block * sizes.width;
    if (sizes.width == 1) {
      for (size_t k = 0; k < sizes.depth; ++k) *top = std::max(*top, Magnitude(from[k]));
      from += sizes.depth;
      continue;
    }
    for (size_t k = 0; k < sizes.depth; ++k, from += sizes.width) {
      for (size_t n = 0; n < sizes.width; ++n) top[n] = std::max(top[n], Magnitude(from[n]));
    }
  }
  return tops;
}

}  // namespace

Int8Columns QuantizeColumns(std::span<const float> values, const ColumnSizes& sizes) {
  assert(values.size() == sizes.elements());
  Int8Columns columns{.bytes = std::vector<int8_t>(values.size()),
                      .largest = std::vector<float>(sizes.columns())};
  const auto visit = [&](auto&& weight) {
    for (size_t block = 0; block < sizes.blocks; ++block) {
      for (size_t k = 0; k < sizes.depth; ++k) {
        for (size_t n = 0; n < sizes.width; ++n) {
          weight((block * sizes.depth + k) * sizes.width + n, block * sizes.width + n);
        }
      }
    }
  };
  visit([&](size_t i, size_t column) {
    columns.largest[column] = std::max(columns.largest[column], std::abs(values[i]));
  });
  visit([&](size_t i, size_t column) {
    columns.bytes[i] = ByteOf(values[i], ByteScale(columns.largest[column]));
  });
  for (float& largest : columns.largest) {
    if (!(ByteScale(largest) > 0)) largest = 0.0f;
  }
  return columns;
}

std::optional<std::vector<float>> FloatsFromColumns(Bytes bytes, std::span<const float> largest,
                                                    const ColumnSizes& sizes) {
  assert(bytes.size() == sizes.elements() && largest.size() == sizes.columns());
  for (const float value : largest) {
    if (!std::isfinite(value) || value < 0) return std::nullopt;
  }
  const std::vector<int> tops = Tops(bytes, sizes);
  if (std::any_of(tops.begin(), tops.end(), [](int top) { return top > INT8_MAX; })) {
    return std::nullopt;
  }
  std::vector<float> values(bytes.size());
  for (size_t block = 0; block < sizes.blocks; ++block) {
    const size_t from = block * sizes.depth * sizes.width;
    const size_t column = block * sizes.width;
    if (sizes.width == 1) {
      DecodeRow(bytes.data() + from, sizes.depth, tops[column], largest[column],
                values.data() + from);
    } else {
      DecodeBlock(bytes.data() + from, sizes, tops.data() + column, largest.data() + column,
                  values.data() + from);
    }
  }
  return values;
}

}  // namespace dfn
