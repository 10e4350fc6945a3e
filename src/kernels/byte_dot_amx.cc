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

// What ldtilecfg reads. Tiles 0 to 3 are the sums with up to four panels, 4 is the inputs, and 5 to 7 are
// weights.
struct alignas(kAlignmentBytes) TileConfig {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};

  explicit TileConfig(size_t height) {
    for (size_t tile = 0; tile < 8; ++tile) {
      row_bytes[tile] = kTileBytes;
      rows[tile] = static_cast<uint8_t>(tile < 5 ? height : kTileRows);
    }
  }
};
static_assert(sizeof(TileConfig) == 64);

constexpr size_t kMostPanels = 4;

// Computes the rows of a tile, from `row` on, with kPanels (1, 2 or 4) panels of one group from `panel`
// on. Each instruction waits for the one before that adds to the same tile, so that several tiles of
// sums are faster.
template <size_t kPanels>
HWY_INLINE void Tile(const ByteCall& call, size_t row, size_t panel) {
  const size_t group = GroupOf(call, call.panel + panel);
  const uint8_t* x = call.x + row * call.row_bytes + group * call.quads * 4;
  const size_t panel_bytes = call.quads * kTileBytes;
  const int8_t* w = call.bytes + (call.panel + panel) * panel_bytes;
  _tile_zero(0);
  if constexpr (kPanels > 1) _tile_zero(1);
  if constexpr (kPanels > 2) {
    _tile_zero(2);
    _tile_zero(3);
  }
  for (size_t quad = 0; quad < call.quads; quad += kAmxQuads, w += kAmxQuads * kTileBytes) {
    _tile_loadd(4, x + quad * 4, call.row_bytes);
    _tile_loadd(5, w, kTileBytes);
    _tile_dpbusd(0, 4, 5);
    if constexpr (kPanels > 1) {
      _tile_loadd(6, w + panel_bytes, kTileBytes);
      _tile_dpbusd(1, 4, 6);
    }
    if constexpr (kPanels > 2) {
      _tile_loadd(7, w + 2 * panel_bytes, kTileBytes);
      _tile_dpbusd(2, 4, 7);
      _tile_loadd(5, w + 3 * panel_bytes, kTileBytes);
      _tile_dpbusd(3, 4, 5);
    }
  }
  int32_t* out = call.sums + (row * call.panels + panel) * kPanel;
  const size_t stride = call.panels * kPanel * sizeof(int32_t);
  _tile_stored(0, out, stride);
  if constexpr (kPanels > 1) _tile_stored(1, out + kPanel, stride);
  if constexpr (kPanels > 2) {
    _tile_stored(2, out + 2 * kPanel, stride);
    _tile_stored(3, out + 3 * kPanel, stride);
  }
}

}  // namespace

// Tiles are of equal height: the last one begins early where the rows do not fill it, and computes
// some sums again.
void AmxByteSums(const ByteCall& call) noexcept {
  const size_t tiles = (call.rows + kTileRows - 1) / kTileRows;
  const size_t height = (call.rows + tiles - 1) / tiles;
  const TileConfig config(height);
  _tile_loadconfig(&config);
  for (size_t panel = 0; panel < call.panels;) {
    const size_t of_group = call.panels_a_group - (call.panel + panel) % call.panels_a_group;
    const size_t left = HWY_MIN(call.panels - panel, of_group);
    const size_t panels = left >= kMostPanels ? kMostPanels : left >= 2 ? 2 : 1;
    for (size_t tile = 0; tile < tiles; ++tile) {
      const size_t row = HWY_MIN(tile * height, call.rows - height);
      if (panels == kMostPanels) {
        Tile<kMostPanels>(call, row, panel);
      } else if (panels == 2) {
        Tile<2>(call, row, panel);
      } else {
        Tile<1>(call, row, panel);
      }
    }
    panel += panels;
  }
  // The system saves tiles that are in use whenever it changes threads.
  _tile_release();
}

}  // namespace dfn
HWY_POP_ATTRIBUTES
#endif  // DEEPFILTER_BYTE_DOT_X86
