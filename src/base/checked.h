// Arithmetic on sizes that come from files. An overflow is an empty result, not undefined
// behaviour.
#ifndef DEEPFILTER_BASE_CHECKED_H_
#define DEEPFILTER_BASE_CHECKED_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace dfn {

constexpr std::optional<size_t> CheckedAdd(size_t a, size_t b) {
  if (a > std::numeric_limits<size_t>::max() - b) return std::nullopt;
  return a + b;
}

constexpr std::optional<size_t> CheckedMul(size_t a, size_t b) {
  if (b != 0 && a > std::numeric_limits<size_t>::max() / b) return std::nullopt;
  return a * b;
}

// A size that a file gives as a signed number. Nothing if it is negative or more than a size can be.
constexpr std::optional<size_t> CheckedSize(int64_t value) {
  if (value < 0 || static_cast<uint64_t>(value) > std::numeric_limits<size_t>::max()) {
    return std::nullopt;
  }
  return static_cast<size_t>(value);
}

constexpr size_t RoundUp(size_t value, size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace dfn

#endif  // DEEPFILTER_BASE_CHECKED_H_
