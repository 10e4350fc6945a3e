// Reads NumPy's .npy files (format version 1), as the reference vectors are stored.
#ifndef DEEPFILTER_TESTS_COMMON_NPY_H_
#define DEEPFILTER_TESTS_COMMON_NPY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <numeric>
#include <string>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace dfn::test {

template <class T>
struct NpyArray {
  std::vector<size_t> shape;  // outermost first
  std::vector<T> values;      // C order
};

// Returns the numbers between the parentheses of `'shape': (a, b, c)`.
inline std::vector<size_t> ParseNpyShape(const std::string& header) {
  std::vector<size_t> shape;
  const size_t begin = header.find('(');
  const size_t end = header.find(')', begin);
  if (begin == std::string::npos || end == std::string::npos) return shape;
  for (size_t at = begin + 1; at < end;) {
    const size_t comma = std::min(header.find(',', at), end);
    const std::string number = header.substr(at, comma - at);
    if (number.find_first_of("0123456789") != std::string::npos)
      shape.push_back(std::stoul(number));
    at = comma + 1;
  }
  return shape;
}

// Reads an array of float ('<f4') or int16_t ('<i2') in C order. Errors: kIo, kUnsupported,
// kCorrupt.
template <class T>
Result<NpyArray<T>> ReadNpy(const std::string& path) {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, int16_t>);
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::kIo, path + ": cannot be read"};
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  constexpr size_t kPreamble = 10;  // magic, version, header length
  if (bytes.size() < kPreamble || bytes.compare(0, 8, std::string("\x93NUMPY\x01\x00", 8)) != 0) {
    return Error{ErrorCode::kUnsupported, path + ": is not a .npy file of version 1"};
  }
  const size_t header_size =
      static_cast<uint8_t>(bytes[8]) + size_t{256} * static_cast<uint8_t>(bytes[9]);
  const std::string header = bytes.substr(kPreamble, header_size);
  const std::string type = std::is_same_v<T, float> ? "'<f4'" : "'<i2'";
  if (header.find(type) == std::string::npos || header.find("False") == std::string::npos) {
    return Error{ErrorCode::kUnsupported, path + ": is not of type " + type + " in C order"};
  }
  NpyArray<T> array{.shape = ParseNpyShape(header), .values = {}};
  const size_t count =
      std::accumulate(array.shape.begin(), array.shape.end(), size_t{1}, std::multiplies<size_t>());
  if (bytes.size() != kPreamble + header_size + count * sizeof(T)) {
    return Error{ErrorCode::kCorrupt, path + ": its size does not fit its shape"};
  }
  array.values.resize(count);
  const auto* from = reinterpret_cast<const uint8_t*>(bytes.data()) + kPreamble + header_size;
  for (size_t i = 0; i < count; ++i) {
    if constexpr (std::is_same_v<T, float>) {
      array.values[i] = LoadFloat(from + i * sizeof(T));
    } else {
      array.values[i] = static_cast<T>(LoadLittleEndian<uint16_t>(from + i * sizeof(T)));
    }
  }
  return array;
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_COMMON_NPY_H_
