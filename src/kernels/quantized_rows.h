// The inputs of products with weights of kI8 as bytes, and the loop over such a product.
#ifndef DEEPFILTER_KERNELS_QUANTIZED_ROWS_H_
#define DEEPFILTER_KERNELS_QUANTIZED_ROWS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "kernels/byte_dot.h"
#include "kernels/pair_dot.h"
#include "kernels/panel.h"
#include "kernels/reduced_weights.h"

namespace dfn {

// The rows of a product as integers, and the sums of a part of it. Products that do not run at the
// same time may share it.
struct QuantizedRows {
  // Sums of a part, which stay in L1 until they become floats.
  static constexpr size_t kMostSums = 288 * kPanel;
  // Rows of a part.
  static constexpr size_t kMostRows = 48;

  static constexpr size_t kMostUnit = kMostSums / kPanel / kMostRows;

  AlignedBuffer<uint8_t> bytes;  // rows as ByteCall takes them
  AlignedBuffer<int16_t> pairs;  // the same less their zero, as PairSums takes them
  // An input is about scale * (byte - zero); what is summed up is bytes, or pairs with a zero of 0.
  AlignedBuffer<float> scales;   // [rows]
  AlignedBuffer<int32_t> zeros;  // [rows]
  AlignedBuffer<int32_t> sums;   // [kMostSums]

  // Makes room for `rows` rows of `groups` groups of `depth` inputs. Allocates.
  void Fit(size_t rows, size_t groups, size_t depth) {
    const size_t size = rows * groups * PaddedDepth(depth);
    if (bytes.size() < size) bytes = AlignedBuffer<uint8_t>(size);
    if (pairs.size() < size) pairs = AlignedBuffer<int16_t>(size);
    if (scales.size() < rows) scales = AlignedBuffer<float>(rows);
    if (zeros.size() < rows) zeros = AlignedBuffer<int32_t>(rows);
    if (sums.size() < kMostSums) sums = AlignedBuffer<int32_t>(kMostSums);
  }
};

// A product that runs: writes its rows, then sums them up.
class QuantizedProduct {
 public:
  QuantizedProduct(const ReducedWeights& weights, size_t groups, size_t panels_a_group,
                   size_t depth, size_t rows, QuantizedRows& scratch) noexcept
      : sum_(ActiveByteSum(rows, Quads(depth))),
        scratch_(scratch),
        row_inputs_(groups * PaddedDepth(depth)),
        call_{.bytes = weights.bytes.data(),
              .column_sums = weights.column_sums.data(),
              .quads = Quads(depth),
              .panels_a_group = panels_a_group,
              .x = sum_ != nullptr ? scratch.bytes.data()
                                   : reinterpret_cast<const uint8_t*>(scratch.pairs.data()),
              .row_bytes = sum_ != nullptr ? row_inputs_ : row_inputs_ * sizeof(int16_t),
              .rows = rows,
              .panel = 0,
              .panels = groups * panels_a_group,
              .sums = scratch.sums.data()} {}

  // Calls quantize(row, to), which writes a row's scale and zero into the scratch and its inputs to `to`,
  // for each group with its padding: bytes, or integers of 16 bits that are less by the byte of 0, so that
  // nothing is to be taken off their sums.
  template <class Quantize>
  void SetRow(size_t row, Quantize quantize) const noexcept DFN_REALTIME {
    const size_t at = row * row_inputs_;
    if (sum_ != nullptr) return quantize(row, scratch_.bytes.data() + at);
    quantize(row, scratch_.pairs.data() + at);
    scratch_.zeros[row] = 0;
  }

  // Calls use(first_row, part) with the sums of each part: rows from first_row on with a multiple of
  // `unit` panels, kMostUnit at most. All rows use a part's panels before the next panels.
  template <class Use>
  void ForEachPart(size_t unit, bool backwards, Use use) const noexcept DFN_REALTIME {
    for (size_t first_row = 0; first_row < call_.rows; first_row += QuantizedRows::kMostRows) {
      ByteCall part = call_;
      part.rows = std::min(QuantizedRows::kMostRows, call_.rows - first_row);
      part.x += first_row * call_.row_bytes;
      const size_t most = PanelsOfPart(part.rows, unit);
      const size_t parts = (call_.panels + most - 1) / most;
      for (size_t i = 0; i < parts; ++i) {
        part.panel = (backwards ? parts - 1 - i : i) * most;
        part.panels = std::min(most, call_.panels - part.panel);
        sum_ != nullptr ? sum_(part) : PairSums(part);
        use(first_row, part);
      }
    }
  }

 private:
  // A multiple of `unit`, and where possible of what the widest tiles take.
  static size_t PanelsOfPart(size_t rows, size_t unit) noexcept {
    const size_t most = rows == 1 ? kSinglePanels : QuantizedRows::kMostSums / kPanel / rows;
    const size_t step = most >= 2 * unit ? 2 * unit : unit;
    return std::max(most / step * step, unit);
  }

  // A single row's panels of a part: a part that the cache still holds can be run first (backwards).
  static constexpr size_t kSinglePanels = 48;

  ByteSumFunction sum_;  // null: pairs
  QuantizedRows& scratch_;
  size_t row_inputs_;
  ByteCall call_;
};

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_QUANTIZED_ROWS_H_
