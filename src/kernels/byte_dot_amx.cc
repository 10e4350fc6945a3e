// Byte products by AMX, on tiles of 16 rows by 64 bytes.
#include "kernels/byte_dot_x86.h"

#if DEEPFILTER_BYTE_DOT_X86
#include <immintrin.h>

#include "base/aligned_buffer.h"

HWY_PUSH_ATTRIBUTES("avx2,fma,avx512f,avx512vl,avx512dq,avx512bw,amx-tile,amx-int8")

namespace dfn {
namespace {

constexpr size_t kTileRows = 16;
constexpr size_t kTileBytes = 64;  // of a row
static_assert(kAmxQuads * 4 == kTileBytes);
static_assert(kPanel * 4 == kTileBytes);

// What ldtilecfg reads. Tiles 0 to 3 are sums: of high and low bytes with a first panel, then with a
// second. 4 and 5 are the inputs' high and low bytes, 6 and 7 the panels' weights.
struct alignas(kAlignmentBytes) TileConfig {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};

  explicit TileConfig(size_t height) {
    for (size_t tile = 0; tile < 8; ++tile) {
      row_bytes[tile] = kTileBytes;
      rows[tile] = static_cast<uint8_t>(tile < 6 ? height : kTileRows);
    }
  }
};
static_assert(sizeof(TileConfig) == 64);

using Sums = int32_t[kTileRows][kPanel];

// Without a mask, g++ 12 warns of a variable of its own header.
constexpr __mmask16 kAllLanes = 0xffff;

// Adds the sums of both bytes for `height` rows from `row` on and a panel.
HWY_INLINE void Combine(const ByteCall& call, size_t row, size_t height, size_t panel,
                        const Sums& high, const Sums& low) {
  const __m512i columns = _mm512_load_si512(call.column_sums + (call.panel + panel) * kPanel);
  const __m512i moved = _mm512_maskz_slli_epi32(kAllLanes, columns, 15);
  int32_t* out = call.sums + (row * call.panels + panel) * kPanel;
  for (size_t r = 0; r < height; ++r, out += call.panels * kPanel) {
    const __m512i shifted = _mm512_maskz_slli_epi32(kAllLanes, _mm512_load_si512(high[r]), 8);
    const __m512i sum = _mm512_add_epi32(shifted, _mm512_load_si512(low[r]));
    _mm512_store_si512(out, _mm512_sub_epi32(sum, moved));
  }
}

// Computes the rows of a tile, from `row` on, with kPanels panels of one group from `panel` on.
template <size_t kPanels>
HWY_INLINE void Tile(const ByteCall& call, size_t row, size_t height, size_t panel) {
  const size_t group = GroupOf(call, call.panel + panel);
  const uint8_t* high = call.x + row * call.row_bytes + group * call.quads * 4;
  const uint8_t* low = high + call.row_bytes / 2;
  const int8_t* first = call.bytes + (call.panel + panel) * call.quads * kTileBytes;
  const int8_t* second = first + call.quads * kTileBytes;
  _tile_zero(0);
  _tile_zero(1);
  if constexpr (kPanels == 2) {
    _tile_zero(2);
    _tile_zero(3);
  }
  for (size_t quad = 0; quad < call.quads; quad += kAmxQuads) {
    _tile_loadd(6, first + quad * kTileBytes, kTileBytes);
    _tile_loadd(4, high + quad * 4, call.row_bytes);
    _tile_dpbusd(0, 4, 6);
    _tile_loadd(5, low + quad * 4, call.row_bytes);
    _tile_dpbusd(1, 5, 6);
    if constexpr (kPanels == 2) {
      _tile_loadd(7, second + quad * kTileBytes, kTileBytes);
      _tile_dpbusd(2, 4, 7);
      _tile_dpbusd(3, 5, 7);
    }
  }
  alignas(kAlignmentBytes) Sums sums[4];
  _tile_stored(0, sums[0], kTileBytes);
  _tile_stored(1, sums[1], kTileBytes);
  Combine(call, row, height, panel, sums[0], sums[1]);
  if constexpr (kPanels == 2) {
    _tile_stored(2, sums[2], kTileBytes);
    _tile_stored(3, sums[3], kTileBytes);
    Combine(call, row, height, panel + 1, sums[2], sums[3]);
  }
}

// Tiles are of equal height: the last one begins early where the rows do not fill it, and computes
// some sums again.
void Sum(const ByteCall& call) noexcept {
  const size_t tiles = (call.rows + kTileRows - 1) / kTileRows;
  const size_t height = (call.rows + tiles - 1) / tiles;
  const TileConfig config(height);
  _tile_loadconfig(&config);
  for (size_t panel = 0; panel < call.panels;) {
    const size_t of_group = (call.panel + panel) % call.panels_a_group;
    const bool pair = panel + 2 <= call.panels && of_group + 2 <= call.panels_a_group;
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t row = HWY_MIN(tile * height, call.rows - height);
      if (pair) {
        Tile<2>(call, row, height, panel);
      } else {
        Tile<1>(call, row, height, panel);
      }
    }
    panel += pair ? 2 : 1;
  }
  // The system saves tiles that are in use whenever it changes threads.
  _tile_release();
}

}  // namespace
}  // namespace dfn
HWY_POP_ATTRIBUTES

namespace dfn {

const ByteDot kAmxByteDot = {SplitPlanes, Sum};

}  // namespace dfn
#endif  // DEEPFILTER_BYTE_DOT_X86
