// Exact sums of int8 weights and int16 inputs with the dot products and the matrix products of
// 64-bit ARM. They do not go through Highway 1.0.3, which knows neither instruction and, with clang,
// has no dispatch on ARM.
#include "kernels/byte_dot_arm.h"

#if DEEPFILTER_BYTE_DOT_ARM
#include <arm_neon.h>

#define DFN_DOT __attribute__((target("arch=armv8.2-a+dotprod")))
#define DFN_MATRIX __attribute__((target("arch=armv8.2-a+dotprod+i8mm")))

namespace dfn {
namespace {

// Inputs of one step: a vector holds the high bytes of eight inputs, then their low bytes less 128.
constexpr size_t kStep = 8;
constexpr size_t kVecColumns = 4;                  // of a vector of weights or of sums
constexpr size_t kVecs = kPanel / kVecColumns;     // of a panel
constexpr size_t kQuad = 4;                        // adjacent weights of a column
constexpr size_t kVecBytes = kVecColumns * kQuad;  // 16
constexpr size_t kQuadBytes = kPanel * kQuad;      // from one quad of a panel to the next
// Each row of a panel needs two sums a vector of columns: those of the high and those of the low
// bytes. Of 32 registers three rows of a panel fill 24, and so do three panels of a row.
// HWY_UNROLL brings them into registers, as in gru.cc.
constexpr size_t kTileRows = 3;
constexpr size_t kTilePanels = 3;

// Row `row` of the inputs of panel `panel`.
inline const uint8_t* InputOf(const ByteCall& call, size_t row, size_t panel) {
  const size_t group = panel / call.panels_a_group;
  return call.x + row * call.row_bytes + group * call.quads * 2 * kQuad;
}
inline const int8_t* WeightsOf(const ByteCall& call, size_t panel) {
  return call.bytes + panel * call.quads * kQuadBytes;
}

// Stores 256 * high + low for a vector of columns, where each low byte is 128 less than it should
// be.
inline void Store(const ByteCall& call, size_t row, size_t panel, size_t vec, int32x4_t high,
                  int32x4_t low) {
  const size_t column = vec * kVecColumns;
  const int32x4_t column_sums = vld1q_s32(call.column_sums + panel * kPanel + column);
  const int32x4_t sum = vaddq_s32(vshlq_n_s32(high, 8), low);
  vst1q_s32(call.sums + (row * call.panels + panel - call.panel) * kPanel + column,
            vaddq_s32(sum, vshlq_n_s32(column_sums, 7)));
}

// Computes rows [row, row + kRows) of panels [panel, panel + kPanels).
template <size_t kRows, size_t kPanels>
DFN_DOT void DotTile(const ByteCall& call, size_t row, size_t panel) {
  int32x4_t high[kRows][kPanels][kVecs];
  int32x4_t low[kRows][kPanels][kVecs];
  const int8_t* w[kPanels];
  const uint8_t* x[kPanels];
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = WeightsOf(call, panel + p);
    x[p] = InputOf(call, row, panel + p);
    HWY_UNROLL(32)
    for (size_t r = 0; r < kRows; ++r) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) high[r][p][v] = low[r][p][v] = vdupq_n_s32(0);
    }
  }
  for (size_t quad = 0; quad < call.quads; quad += 2) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      int8x16_t input[kRows];
      HWY_UNROLL(32)
      for (size_t r = 0; r < kRows; ++r) {
        input[r] = vreinterpretq_s8_u8(vld1q_u8(x[p] + r * call.row_bytes));
      }
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) {
        const int8x16_t first = vld1q_s8(w[p] + v * kVecBytes);
        HWY_UNROLL(32)
        for (size_t r = 0; r < kRows; ++r) {
          high[r][p][v] = vdotq_laneq_s32(high[r][p][v], first, input[r], 0);
          low[r][p][v] = vdotq_laneq_s32(low[r][p][v], first, input[r], 2);
        }
      }
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) {
        const int8x16_t second = vld1q_s8(w[p] + kQuadBytes + v * kVecBytes);
        HWY_UNROLL(32)
        for (size_t r = 0; r < kRows; ++r) {
          high[r][p][v] = vdotq_laneq_s32(high[r][p][v], second, input[r], 1);
          low[r][p][v] = vdotq_laneq_s32(low[r][p][v], second, input[r], 3);
        }
      }
      w[p] += 2 * kQuadBytes;
      x[p] += 2 * kStep;
    }
  }
  HWY_UNROLL(32)
  for (size_t r = 0; r < kRows; ++r) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) {
        Store(call, row + r, panel + p, v, high[r][p][v], low[r][p][v]);
      }
    }
  }
}

// The same by matrix products. Each multiplies two rows of eight bytes, here the high and the low
// bytes of a row, by two columns of eight. Two quads of four columns are zipped into columns.
template <size_t kRows, size_t kPanels>
DFN_MATRIX void MatrixTile(const ByteCall& call, size_t row, size_t panel) {
  // [high of column 0, of column 1, low of column 0, of column 1]; in `right` columns 2 and 3.
  int32x4_t left[kRows][kPanels][kVecs];
  int32x4_t right[kRows][kPanels][kVecs];
  const int8_t* w[kPanels];
  const uint8_t* x[kPanels];
  HWY_UNROLL(32)
  for (size_t p = 0; p < kPanels; ++p) {
    w[p] = WeightsOf(call, panel + p);
    x[p] = InputOf(call, row, panel + p);
    HWY_UNROLL(32)
    for (size_t r = 0; r < kRows; ++r) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) left[r][p][v] = right[r][p][v] = vdupq_n_s32(0);
    }
  }
  for (size_t quad = 0; quad < call.quads; quad += 2) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      int8x16_t input[kRows];
      HWY_UNROLL(32)
      for (size_t r = 0; r < kRows; ++r) {
        input[r] = vreinterpretq_s8_u8(vld1q_u8(x[p] + r * call.row_bytes));
      }
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) {
        const int32x4_t even = vreinterpretq_s32_s8(vld1q_s8(w[p] + v * kVecBytes));
        const int32x4_t odd = vreinterpretq_s32_s8(vld1q_s8(w[p] + kQuadBytes + v * kVecBytes));
        const int8x16_t columns01 = vreinterpretq_s8_s32(vzip1q_s32(even, odd));
        const int8x16_t columns23 = vreinterpretq_s8_s32(vzip2q_s32(even, odd));
        HWY_UNROLL(32)
        for (size_t r = 0; r < kRows; ++r) {
          left[r][p][v] = vmmlaq_s32(left[r][p][v], input[r], columns01);
          right[r][p][v] = vmmlaq_s32(right[r][p][v], input[r], columns23);
        }
      }
      w[p] += 2 * kQuadBytes;
      x[p] += 2 * kStep;
    }
  }
  HWY_UNROLL(32)
  for (size_t r = 0; r < kRows; ++r) {
    HWY_UNROLL(32)
    for (size_t p = 0; p < kPanels; ++p) {
      HWY_UNROLL(32)
      for (size_t v = 0; v < kVecs; ++v) {
        const int32x4_t a = left[r][p][v];
        const int32x4_t b = right[r][p][v];
        Store(call, row + r, panel + p, v, vcombine_s32(vget_low_s32(a), vget_low_s32(b)),
              vcombine_s32(vget_high_s32(a), vget_high_s32(b)));
      }
    }
  }
}

struct Dot {
  template <size_t kRows, size_t kPanels>
  static void Run(const ByteCall& call, size_t row, size_t panel) {
    DotTile<kRows, kPanels>(call, row, panel);
  }
};
struct Matrix {
  template <size_t kRows, size_t kPanels>
  static void Run(const ByteCall& call, size_t row, size_t panel) {
    MatrixTile<kRows, kPanels>(call, row, panel);
  }
};

// One row takes several panels at a time, more rows one panel in tiles of about equal size, since a
// tile of few rows is slowed by reading weights.
template <class Instruction>
void Sum(const ByteCall& call) noexcept {
  size_t panel = call.panel;
  const size_t end = call.panel + call.panels;
  if (call.rows == 1) {
    for (; panel + kTilePanels <= end; panel += kTilePanels) {
      Instruction::template Run<1, kTilePanels>(call, 0, panel);
    }
  }
  const size_t tiles = (call.rows + kTileRows - 1) / kTileRows;
  for (; panel < end; ++panel) {
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t first = call.rows * tile / tiles;
      switch (call.rows * (tile + 1) / tiles - first) {
        case 1:
          Instruction::template Run<1, 1>(call, first, panel);
          break;
        case 2:
          Instruction::template Run<2, 1>(call, first, panel);
          break;
        default:
          Instruction::template Run<kTileRows, 1>(call, first, panel);
      }
    }
  }
}

void Split(const int16_t* x, size_t values, uint8_t* to) noexcept {
  for (size_t k = 0; k < values; k += kStep, to += 2 * kStep) {
    const int16x8_t input = vld1q_s16(x + k);
    const int8x8_t high = vshrn_n_s16(input, 8);
    const int8x8_t low = vmovn_s16(input);
    vst1_u8(to, vreinterpret_u8_s8(high));
    vst1_u8(to + kStep, veor_u8(vreinterpret_u8_s8(low), vdup_n_u8(0x80)));
  }
}

}  // namespace

const ByteDot kArmDotByteDot = {Split, Sum<Dot>};
const ByteDot kArmMatrixByteDot = {Split, Sum<Matrix>};

}  // namespace dfn

#endif  // DEEPFILTER_BYTE_DOT_ARM
