// The container of packed model files (.dfn): named texts, numbers and arrays. docs/packed-models.md
// describes the bytes.
#ifndef DEEPFILTER_FORMATS_PACKED_PACKED_FILE_H_
#define DEEPFILTER_FORMATS_PACKED_PACKED_FILE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace dfn {

// The first bytes of every version. As in PNG, a byte that is no text, both line endings and an
// end-of-file character show when a transfer took the file for text.
inline constexpr std::array<uint8_t, 8> kPackedMagic = {0x8b, 'D',  'F',  'N',
                                                        '\r', '\n', 0x1a, '\n'};
// Of the format that this code writes; it reads version 1 too, which aligns nothing.
inline constexpr uint32_t kPackedVersion = 2;
// The values of an entry begin at a multiple of this many bytes of the file, so that they can be used in
// place. With more, small entries would be padding for the most part.
inline constexpr size_t kPackedAlignment = 16;

enum class PackedType : uint8_t {
  kText = 0,     // UTF-8
  kInteger = 1,  // 64 bits, without a sign
  kF32 = 2,
  kF16 = 3,  // IEEE half
  kI8 = 4,   // two's complement
};

// Bytes of one element.
size_t PackedTypeBytes(PackedType type);
// "text", "integers", "f32", "f16", "i8".
const char* PackedTypeName(PackedType type);

// One entry of a file. Both views point into the file's bytes.
struct PackedEntry {
  std::string_view name;
  PackedType type = PackedType::kText;
  std::vector<size_t> shape;  // of a text: its bytes; of a single number: empty
  Bytes data;                 // little-endian; as many bytes as the shape asks for

  size_t elements() const { return data.size() / PackedTypeBytes(type); }
};

// Whether these are the first bytes of such a file, of any version. Eight bytes suffice.
bool LooksLikePacked(Bytes bytes);

// Reads and checks all of a file but what its entries mean. The entries, in the file's order, point
// into `bytes`; names may repeat. `where` opens the sentences. Allocates no more than some times the
// file's own size. Errors: kCorrupt (no such file, cut short, longer than it says, another
// checksum, an entry that breaks the rules), kUnsupported (another version), kLimit.
Result<std::vector<PackedEntry>> ReadPacked(Bytes bytes, const std::string& where,
                                            const Limits& limits = {});

// Writes a file: the same calls give the same bytes. A shape's product is the number of values; a
// name has at most 65,535 bytes.
class PackedWriter {
 public:
  PackedWriter();

  void Text(std::string_view name, std::string_view text);
  void Integer(std::string_view name, uint64_t value);
  void Float(std::string_view name, float value);
  void Floats(std::string_view name, const std::vector<size_t>& shape,
              std::span<const float> values);
  void Halves(std::string_view name, const std::vector<size_t>& shape,
              std::span<const uint16_t> values);
  void Int8s(std::string_view name, const std::vector<size_t>& shape,
             std::span<const int8_t> values);

  // The file. Call once, last.
  std::vector<uint8_t> Finish();

 private:
  void Open(std::string_view name, PackedType type, const std::vector<size_t>& shape);
  template <class T>
  void Put(T value);
  template <class T>
  void PutAt(size_t at, T value);

  std::vector<uint8_t> bytes_;
  uint32_t entries_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_PACKED_PACKED_FILE_H_
