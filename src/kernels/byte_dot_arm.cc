// Byte products by the dot products and the matrix products of 64-bit ARM. They do not go through
// Highway 1.0.3, which knows neither instruction and, with clang, has no dispatch on ARM.
#include "kernels/byte_dot_arm.h"

#if DEEPFILTER_BYTE_DOT_ARM
#include <arm_neon.h>

#define DFN_DOT __attribute__((target("arch=armv8.2-a+dotprod")))
#define DFN_MATRIX __attribute__((target("arch=armv8.2-a+dotprod+i8mm")))

namespace dfn {
namespace {

constexpr size_t kVecColumns = 4;                  // of a vector of weights or of sums
constexpr size_t kVecs = kPanel / kVecColumns;     // of a panel
constexpr size_t kQuad = 4;                        // adjacent weights of a column
constexpr size_t kVecBytes = kVecColumns * kQuad;  // 16
constexpr size_t kQuadBytes = kPanel * kQuad;      // from one quad of a panel to the next
constexpr size_t kStep = 2 * kQuad;                // inputs of one step
// A row of a panel has four sums. Of 32 registers six rows of a panel fill 24, and so do six panels of a
// row. HWY_UNROLL brings them into registers, as in gru.cc.
constexpr size_t kTileRows = 6;
constexpr size_t kTilePanels = 6;

// Row `row` of the inputs of panel `panel`.
inline const uint8_t* InputOf(const ByteCall& call, size_t row, size_t panel) {
  const size_t group = panel / call.panels_a_group;
  return call.x + row * call.row_bytes + group * call.quads * kQuad;
}
inline const int8_t* WeightsOf(const ByteCall& call, size_t panel) {
  return call.bytes + panel * call.quads * kQuadBytes;
}

inline int32_t* SumsOf(const ByteCall& call, size_t row, size_t panel) {
  return call.sums + (row * call.panels + panel - call.panel) * kPanel;
}

// Computes rows [row, row + kRows) of panels [panel, panel + kPanels). SDOT takes signed inputs, which
// are 128 less than they should be.
template <size_t kRows, size_t kPanels>
DFN_DOT void DotTile(const ByteCall& call, size_t row, size_t panel) {
  int32x4_t sums[kRows][kPanels][kVecs];
  const int8_t* w[kPanels];
  const uint8_t* x[kPanels];
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = WeightsOf(call, panel + p);
    x[p] = InputOf(call, row, panel + p);
    HWY_UNROLL(32)
    for (size_t r = 0; r < kRows; ++r) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) sums[r][p][v] = vdupq_n_s32(0);
    }
  }
  for (size_t quad = 0; quad < call.quads; quad += 2) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      int8x8_t input[kRows];
      HWY_UNROLL(32)
      for (size_t r = 0; r < kRows; ++r) {
        input[r] = vreinterpret_s8_u8(veor_u8(vld1_u8(x[p] + r * call.row_bytes), vdup_n_u8(0x80)));
      }
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) {
        const int8x16_t first = vld1q_s8(w[p] + v * kVecBytes);
        HWY_UNROLL(32)
        for (size_t r = 0; r < kRows; ++r) {
          sums[r][p][v] = vdotq_lane_s32(sums[r][p][v], first, input[r], 0);
        }
      }
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) {
        const int8x16_t second = vld1q_s8(w[p] + kQuadBytes + v * kVecBytes);
        HWY_UNROLL(32)
        for (size_t r = 0; r < kRows; ++r) {
          sums[r][p][v] = vdotq_lane_s32(sums[r][p][v], second, input[r], 1);
        }
      }
      w[p] += 2 * kQuadBytes;
      x[p] += kStep;
    }
  }
  HWY_UNROLL(32)
  for (size_t r = 0; r < kRows; ++r) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      int32_t* out = SumsOf(call, row + r, panel + p);
      const int32_t* column_sums = call.column_sums + (panel + p) * kPanel;
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) {
        const int32x4_t columns = vld1q_s32(column_sums + v * kVecColumns);
        vst1q_s32(out + v * kVecColumns, vaddq_s32(sums[r][p][v], vshlq_n_s32(columns, 7)));
      }
    }
  }
}

// The same by matrix products, for rows [row, row + 2 * kPairs) of a panel. Each multiplies two rows of
// eight bytes by two columns of eight. Two quads of four columns are zipped into columns.
template <size_t kPairs>
DFN_MATRIX void MatrixTile(const ByteCall& call, size_t row, size_t panel) {
  // [column 0 and 1 of one row, column 0 and 1 of the other]; in `right` columns 2 and 3.
  int32x4_t left[kPairs][kVecs];
  int32x4_t right[kPairs][kVecs];
  HWY_UNROLL(32)
  for (size_t r = 0; r < kPairs; ++r) {
    HWY_UNROLL(32)
    for (size_t v = 0; v < kVecs; ++v) left[r][v] = right[r][v] = vdupq_n_s32(0);
  }
  const int8_t* w = WeightsOf(call, panel);
  const uint8_t* x = InputOf(call, row, panel);
  for (size_t quad = 0; quad < call.quads; quad += 2, w += 2 * kQuadBytes, x += kStep) {
    uint8x16_t input[kPairs];
    HWY_UNROLL(32)
    for (size_t r = 0; r < kPairs; ++r) {
      const uint8_t* one = x + 2 * r * call.row_bytes;
      input[r] = vcombine_u8(vld1_u8(one), vld1_u8(one + call.row_bytes));
    }
    HWY_UNROLL(32)
    for (size_t v = 0; v < kVecs; ++v) {
      const int32x4_t even = vreinterpretq_s32_s8(vld1q_s8(w + v * kVecBytes));
      const int32x4_t odd = vreinterpretq_s32_s8(vld1q_s8(w + kQuadBytes + v * kVecBytes));
      const int8x16_t columns01 = vreinterpretq_s8_s32(vzip1q_s32(even, odd));
      const int8x16_t columns23 = vreinterpretq_s8_s32(vzip2q_s32(even, odd));
      HWY_UNROLL(32)
      for (size_t r = 0; r < kPairs; ++r) {
        left[r][v] = vusmmlaq_s32(left[r][v], input[r], columns01);
        right[r][v] = vusmmlaq_s32(right[r][v], input[r], columns23);
      }
    }
  }
  HWY_UNROLL(32)
  for (size_t r = 0; r < kPairs; ++r) {
    int32_t* one = SumsOf(call, row + 2 * r, panel);
    int32_t* other = SumsOf(call, row + 2 * r + 1, panel);
    HWY_UNROLL(32)
    for (size_t v = 0; v < kVecs; ++v) {
      const int32x4_t a = left[r][v];
      const int32x4_t b = right[r][v];
      vst1q_s32(one + v * kVecColumns, vcombine_s32(vget_low_s32(a), vget_low_s32(b)));
      vst1q_s32(other + v * kVecColumns, vcombine_s32(vget_high_s32(a), vget_high_s32(b)));
    }
  }
}

// Runs a tile of 1 <= count <= kRows rows of a panel.
template <size_t kRows>
inline void DotRows(const ByteCall& call, size_t row, size_t count, size_t panel) {
  if constexpr (kRows > 1) {
    if (count < kRows) return DotRows<kRows - 1>(call, row, count, panel);
  }
  DotTile<kRows, 1>(call, row, panel);
}
// The last of an odd number of rows has no other.
inline void MatrixRows(const ByteCall& call, size_t row, size_t count, size_t panel) {
  switch (count / 2) {
    case 1:
      MatrixTile<1>(call, row, panel);
      break;
    case 2:
      MatrixTile<2>(call, row, panel);
      break;
    case 3:
      MatrixTile<3>(call, row, panel);
      break;
    default:
      break;
  }
  if (count % 2 != 0) DotTile<1, 1>(call, row + count - 1, panel);
}

// One row takes several panels at a time, more rows one panel in tiles of about equal size, since a
// tile of few rows is slowed by reading weights. run(row, count, panel) computes a tile.
template <class Run>
inline void ForEachTile(const ByteCall& call, Run run) {
  size_t panel = call.panel;
  const size_t end = call.panel + call.panels;
  if (call.rows == 1) {
    for (; panel + kTilePanels <= end; panel += kTilePanels)
      DotTile<1, kTilePanels>(call, 0, panel);
  }
  const size_t tiles = (call.rows + kTileRows - 1) / kTileRows;
  for (; panel < end; ++panel) {
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t first = call.rows * tile / tiles;
      run(first, call.rows * (tile + 1) / tiles - first, panel);
    }
  }
}

}  // namespace

void ArmDotByteSums(const ByteCall& call) noexcept {
  ForEachTile(call, [&](size_t row, size_t count, size_t panel) {
    DotRows<kTileRows>(call, row, count, panel);
  });
}
void ArmMatrixByteSums(const ByteCall& call) noexcept {
  ForEachTile(call,
              [&](size_t row, size_t count, size_t panel) { MatrixRows(call, row, count, panel); });
}

}  // namespace dfn

#endif  // DEEPFILTER_BYTE_DOT_ARM
