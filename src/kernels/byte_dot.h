// Exact sums of products of int8 weights and int16 inputs: the heart of all products with weights of
// kI8, with one implementation for each kind of instruction.
//
// Instructions that multiply bytes take an int16 input apart: x = 256 * high + low, with
// high = x >> 8 signed and low = x & 255 unsigned. Where an instruction wants both of the other sign,
// the input is moved by a constant, and the constant times the sum of a column's weights is taken
// off again. All sums are kept modulo 2^32, and the last one fits an int32 (see InputLimit), so every
// implementation gives the same integers.
#ifndef DEEPFILTER_KERNELS_BYTE_DOT_H_
#define DEEPFILTER_KERNELS_BYTE_DOT_H_

#include <cstddef>
#include <cstdint>

#include "base/realtime.h"
#include "kernels/panel.h"

namespace dfn {

// The kinds, of which a machine may have none. Without one the products are of pairs of int16.
enum class ByteDotKind : uint8_t {
  kNone,
  kAvxVnni,     // x86: vpdpbusd, 256 bits
  kAvx512Vnni,  // x86: vpdpbusd, 512 bits
  kAmx,         // x86: tiles for kAmxRows rows and more, else kAvx512Vnni
  kArmDot,      // 64-bit ARM: SDOT
  kArmMatrix,   // 64-bit ARM: SMMLA
};

// Products of all rows with panels [panel, panel + panels).
struct ByteCall {
  const int8_t* bytes;         // [all panels][quads][kPanel][4]
  const int32_t* column_sums;  // [all panels][kPanel]
  size_t quads;                // of a panel; even
  size_t panels_a_group;       // panel p takes the inputs of group p / panels_a_group
  const uint8_t* x;            // rows as Split wrote them, row_bytes apart
  size_t row_bytes;            // 8 * quads for each group
  size_t rows;
  size_t panel;
  size_t panels;
  int32_t* sums;  // out: [rows][panels][kPanel], aligned to kAlignmentBytes
};

// An implementation. Both functions are real-time safe.
struct ByteDot {
  // Takes a row of `values` inputs, a multiple of 8, apart into 2 * values bytes, in the order that
  // Sum reads.
  void (*split)(const int16_t* x, size_t values, uint8_t* to) noexcept DFN_REALTIME;
  void (*sum)(const ByteCall& call) noexcept DFN_REALTIME;
};

// The kind that the process uses, kNone at first; targets.h chooses it. A change is safe at any time
// between two products.
ByteDotKind ActiveByteDotKind() noexcept DFN_REALTIME;
void UseByteDot(ByteDotKind kind) noexcept;

// The implementation of that kind for products of that many rows and quads; null for kNone.
const ByteDot* ActiveByteDot(size_t rows, size_t quads) noexcept DFN_REALTIME;

// Whether this build holds the kind and this processor has its instructions. What the operating
// system allows is not asked.
bool ProcessorHasByteDot(ByteDotKind kind) noexcept;

// Fewer rows fill too little of a tile.
inline constexpr size_t kAmxRows = 6;
// Quads of a whole tile.
inline constexpr size_t kAmxQuads = 16;

// The implementations that this build holds; of their files.
extern const ByteDot kAvxVnniByteDot;
extern const ByteDot kAvx512VnniByteDot;
extern const ByteDot kAmxByteDot;
extern const ByteDot kArmDotByteDot;
extern const ByteDot kArmMatrixByteDot;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_BYTE_DOT_H_
