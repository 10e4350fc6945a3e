// The tile code of AMX with its instructions computed by plain loops, so that every x86 machine checks
// it. On a machine that has them, byte_dot_test runs the instructions themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/aligned_buffer.h"
#include "kernels/byte_dot_x86.h"

#if DEEPFILTER_BYTE_DOT_X86
#include <immintrin.h>

namespace dfn {
namespace {

// What the processor keeps: palette 1, eight tiles of up to 16 rows of 64 bytes.
struct Tiles {
  struct Tile {
    std::array<std::array<uint8_t, 64>, 16> rows;
  };
  std::array<Tile, 8> tiles;
  std::array<uint8_t, 64> config;

  size_t Rows(size_t tile) const { return config[48 + tile]; }
  size_t RowBytes(size_t tile) const { return config[16 + 2 * tile] | config[17 + 2 * tile] << 8; }

  void Configure(const void* from) { std::memcpy(config.data(), from, config.size()); }
  void Zero(size_t tile) { tiles[tile] = {}; }
  void Load(size_t tile, const void* from, size_t stride) {
    Zero(tile);
    for (size_t r = 0; r < Rows(tile); ++r) {
      std::memcpy(tiles[tile].rows[r].data(), static_cast<const uint8_t*>(from) + r * stride,
                  RowBytes(tile));
    }
  }
  void Store(size_t tile, void* to, size_t stride) const {
    for (size_t r = 0; r < Rows(tile); ++r) {
      std::memcpy(static_cast<uint8_t*>(to) + r * stride, tiles[tile].rows[r].data(),
                  RowBytes(tile));
    }
  }
  // Unsigned bytes of `a`, signed ones of `b`, four at a time.
  void MultiplyBytes(size_t sums, size_t a, size_t b) {
    // Else the processor would stop the program.
    ASSERT_EQ(Rows(sums), Rows(a));
    ASSERT_EQ(RowBytes(sums), RowBytes(b));
    ASSERT_EQ(RowBytes(a), 4 * Rows(b));
    for (size_t m = 0; m < Rows(sums); ++m) {
      for (size_t k = 0; k < Rows(b); ++k) {
        for (size_t n = 0; n < RowBytes(sums); n += 4) {
          int32_t sum;
          std::memcpy(&sum, &tiles[sums].rows[m][n], sizeof sum);
          for (size_t i = 0; i < 4; ++i) {
            sum += tiles[a].rows[m][4 * k + i] * static_cast<int8_t>(tiles[b].rows[k][n + i]);
          }
          std::memcpy(&tiles[sums].rows[m][n], &sum, sizeof sum);
        }
      }
    }
  }
} processor;

}  // namespace
}  // namespace dfn

#undef _tile_loadconfig
#undef _tile_release
#undef _tile_zero
#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbusd
#undef HWY_PUSH_ATTRIBUTES
#undef HWY_POP_ATTRIBUTES
#define _tile_loadconfig(from) processor.Configure(from)
#define _tile_release() static_cast<void>(0)
#define _tile_zero(tile) processor.Zero(tile)
#define _tile_loadd(tile, from, stride) processor.Load(tile, from, stride)
#define _tile_stored(tile, to, stride) processor.Store(tile, to, stride)
#define _tile_dpbusd(sums, a, b) processor.MultiplyBytes(sums, a, b)
#define HWY_PUSH_ATTRIBUTES(instructions)
#define HWY_POP_ATTRIBUTES
#define AmxByteSums EmulatedAmxByteSums
#include "kernels/byte_dot_amx.cc"
#undef AmxByteSums

#include "kernels/testing/compare.h"

namespace dfn {
namespace {

// Computes panels [panel, panel + panels) of random weights and inputs and compares every sum.
void ExpectExactSums(size_t groups, size_t panels_a_group, size_t quads, size_t rows, size_t panel,
                     size_t panels) {
  const size_t depth = 4 * quads;
  const size_t row_bytes = groups * depth;
  AlignedBuffer<int8_t> weights(groups * panels_a_group * depth * kPanel);
  AlignedBuffer<uint8_t> x(rows * row_bytes);
  AlignedBuffer<int32_t> sums(rows * panels * kPanel);
  RandomFloats random(rows + panels);
  for (int8_t& w : weights.span()) w = static_cast<int8_t>(127.0f * random.Next());
  for (uint8_t& u : x.span()) u = static_cast<uint8_t>(127.5f * (random.Next() + 1.0f));
  EmulatedAmxByteSums({weights.data(), nullptr, quads, panels_a_group, x.data(), row_bytes, rows,
                       panel, panels, sums.data()});
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < panels * kPanel; ++column) {
      const size_t p = panel + column / kPanel;
      const uint8_t* inputs = x.data() + row * row_bytes + p / panels_a_group * depth;
      int32_t sum = 0;
      for (size_t k = 0; k < depth; ++k) {
        sum += inputs[k] * weights[((p * quads + k / 4) * kPanel + column % kPanel) * 4 + k % 4];
      }
      ASSERT_EQ(sums[row * panels * kPanel + column], sum) << row << " " << column;
    }
  }
}

TEST(ByteDotAmxTest, EmulatedTilesGiveExactSums) {
  for (const size_t groups : {1u, 3u}) {
    for (const size_t panels_a_group : {1u, 2u, 3u, 4u, 5u, 7u, 12u}) {
      for (const size_t rows :
           {kAmxRows, size_t{7}, size_t{16}, size_t{17}, size_t{33}, size_t{48}}) {
        const size_t panels = groups * panels_a_group;
        SCOPED_TRACE(testing::Message() << groups << "x" << panels_a_group << ", " << rows);
        ExpectExactSums(groups, panels_a_group, kAmxQuads, rows, 0, panels);
        // A part that begins and ends amid a group.
        ExpectExactSums(groups, panels_a_group, 2 * kAmxQuads, rows, panels / 3, (panels + 1) / 2);
      }
    }
  }
}

}  // namespace
}  // namespace dfn
#endif  // DEEPFILTER_BYTE_DOT_X86
