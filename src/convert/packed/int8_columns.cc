#include "convert/packed/int8_columns.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>

#include "base/quantize.h"

namespace dfn {
namespace {

// 128 for -128. In bytes, so that compilers take many at a time.
uint8_t Magnitude(uint8_t byte) { return byte < 0x80 ? byte : static_cast<uint8_t>(0x100 - byte); }

// By masks, since compilers vectorise no branches.
float FloatOf(uint8_t byte, float scale, int top, float largest) {
  const int32_t value = static_cast<int8_t>(byte);
  const int32_t sign = value >> 31;
  const auto is_top = 0u - static_cast<uint32_t>((value ^ sign) - sign == top);
  const auto rounded = std::bit_cast<uint32_t>(static_cast<float>(value) * scale);
  const uint32_t exact = std::bit_cast<uint32_t>(largest) | (static_cast<uint32_t>(sign) << 31);
  return std::bit_cast<float>((exact & is_top) | (rounded & ~is_top));
}

// One column of adjacent bytes.
void DecodeRow(const uint8_t* bytes, size_t depth, int top, float largest, float* to) {
  const float scale = ByteScale(largest);
  for (size_t k = 0; k < depth; ++k) to[k] = FloatOf(bytes[k], scale, top, largest);
}

// The columns of one block, side by side.
void DecodeBlock(const uint8_t* bytes, const ColumnSizes& sizes, const uint8_t* tops,
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

// By the ends of the range in bytes from 0 to 255, of which compilers take many at a time.
uint8_t LargestMagnitude(Bytes bytes) {
  uint8_t least = 0x80;
  uint8_t most = 0x80;
  for (const uint8_t byte : bytes) {
    const auto shifted = static_cast<uint8_t>(byte ^ 0x80);
    least = std::min(least, shifted);
    most = std::max(most, shifted);
  }
  return static_cast<uint8_t>(std::max(most - 0x80, 0x80 - least));
}

// The largest magnitude of each column's bytes; at least 1, so that a byte of 0 is 0.
std::vector<uint8_t> Tops(Bytes bytes, const ColumnSizes& sizes) {
  std::vector<uint8_t> tops(sizes.columns(), 1);
  const uint8_t* from = bytes.data();
  for (size_t block = 0; block < sizes.blocks; ++block) {
    uint8_t* const top = tops.data() + block * sizes.width;
    if (sizes.width == 1) {
      *top = std::max<uint8_t>(1, LargestMagnitude({from, sizes.depth}));
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

bool FloatsFromColumns(Bytes bytes, std::span<const float> largest, const ColumnSizes& sizes,
                       float* to) {
  assert(bytes.size() == sizes.elements() && largest.size() == sizes.columns());
  for (const float value : largest) {
    if (!std::isfinite(value) || value < 0) return false;
  }
  const std::vector<uint8_t> tops = Tops(bytes, sizes);
  if (std::any_of(tops.begin(), tops.end(), [](uint8_t top) { return top > INT8_MAX; })) {
    return false;
  }
  for (size_t block = 0; block < sizes.blocks; ++block) {
    const size_t from = block * sizes.depth * sizes.width;
    const size_t column = block * sizes.width;
    if (sizes.width == 1) {
      DecodeRow(bytes.data() + from, sizes.depth, tops[column], largest[column], to + from);
    } else {
      DecodeBlock(bytes.data() + from, sizes, tops.data() + column, largest.data() + column,
                  to + from);
    }
  }
  return true;
}

}  // namespace dfn
