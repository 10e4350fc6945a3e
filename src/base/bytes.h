// Views of raw bytes and little-endian reads from them.
#ifndef DEEPFILTER_BASE_BYTES_H_
#define DEEPFILTER_BASE_BYTES_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dfn {

using Bytes = std::span<const uint8_t>;

// A file's content held in memory under the name it is reported by.
struct NamedBytes {
  std::string name;
  std::vector<uint8_t> bytes;
};

// The same, in memory that the caller owns.
struct NamedView {
  std::string_view name;
  Bytes bytes;
};

template <class T>
T LoadLittleEndian(const uint8_t* from) {
  T value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, from, sizeof(T));
  } else {
    for (size_t i = 0; i < sizeof(T); ++i) {
      value |= static_cast<T>(static_cast<T>(from[i]) << (8 * i));
    }
  }
  return value;
}

inline float LoadFloat(const uint8_t* from) {
  const uint32_t bits = LoadLittleEndian<uint32_t>(from);
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_BYTES_H_
