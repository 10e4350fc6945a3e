// Exact sums of products of int8 weights and unsigned bytes: the heart of all products with weights of
// kI8, with one implementation for each kind of instruction. Every one gives the same integers, as no
// sum leaves int32 (see InputLimit).
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
  kArmMatrix,   // 64-bit ARM: USMMLA
};

// Products of all rows with panels [panel, panel + panels).
struct ByteCall {
  const int8_t* bytes;         // [all panels][quads][kPanel][4]
  const int32_t* column_sums;  // [all panels][kPanel]
  size_t quads;                // of a panel; even
  size_t panels_a_group;       // panel p takes the inputs of group p / panels_a_group
  const uint8_t* x;            // rows of [groups][quads][4] inputs, row_bytes apart
  size_t row_bytes;
  size_t rows;
  size_t panel;
  size_t panels;
  int32_t* sums;  // out: [rows][panels][kPanel], aligned to kAlignmentBytes
};

// An implementation. Real-time safe.
using ByteSumFunction = void (*)(const ByteCall& call) noexcept;

// The kind that the process uses, kNone at first; targets.h chooses it. A change is safe at any time
// between two products.
ByteDotKind ActiveByteDotKind() noexcept DFN_REALTIME;
void UseByteDot(ByteDotKind kind) noexcept;

// The implementation of that kind for products of that many rows and quads; null for kNone.
ByteSumFunction ActiveByteSum(size_t rows, size_t quads) noexcept DFN_REALTIME;

// Whether this build holds the kind and this processor has its instructions. What the operating
// system allows is not asked.
bool ProcessorHasByteDot(ByteDotKind kind) noexcept;

// Fewer rows fill too little of a tile.
inline constexpr size_t kAmxRows = 6;
// Quads of a whole tile.
inline constexpr size_t kAmxQuads = 16;

// The implementations that this build holds; of their files.
void AvxVnniByteSums(const ByteCall& call) noexcept DFN_REALTIME;
void Avx512VnniByteSums(const ByteCall& call) noexcept DFN_REALTIME;
void AmxByteSums(const ByteCall& call) noexcept DFN_REALTIME;
void ArmDotByteSums(const ByteCall& call) noexcept DFN_REALTIME;
void ArmMatrixByteSums(const ByteCall& call) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_KERNELS_BYTE_DOT_H_
