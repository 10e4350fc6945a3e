// Matrices as int8 with a scale for each column, as engines make them, and back.
#ifndef DEEPFILTER_CONVERT_PACKED_INT8_COLUMNS_H_
#define DEEPFILTER_CONVERT_PACKED_INT8_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace dfn {

// The sizes of matrices [blocks][depth][width] side by side. A column is the `depth` weights that
// one output of one block is the sum of. The rows of a GRU's matrix are columns here: its depth
// lies along the row, with a width of 1.
struct ColumnSizes {
  size_t blocks = 0;
  size_t depth = 0;
  size_t width = 0;
  size_t columns() const { return blocks * width; }
  size_t elements() const { return blocks * depth * width; }
};

// Each column is kept as its largest magnitude, not as its scale. The scale then comes from the same
// division as an engine's (ByteScale), whatever its size; 127 times a scale below the range of
// normal floats has another 127th part.
struct Int8Columns {
  std::vector<int8_t> bytes;   // [blocks][depth][width]
  std::vector<float> largest;  // [blocks][width]; 0 where the scale would be 0
};

// Rounds every column as engines do (base/quantize.h). Values are finite.
Int8Columns QuantizeColumns(std::span<const float> values, const ColumnSizes& sizes);

// Writes the floats for which these bytes stand to `to`: byte times scale, and for a column's largest
// bytes the largest magnitude itself. QuantizeColumns gives the same bytes and magnitudes for them.
// Returns false, and writes nothing, if a byte is -128, which no quantizing gives, or a magnitude is
// negative or not finite.
[[nodiscard]] bool FloatsFromColumns(Bytes bytes, std::span<const float> largest,
                                     const ColumnSizes& sizes, float* to);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PACKED_INT8_COLUMNS_H_
