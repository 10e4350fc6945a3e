// Counts in a saved state, which is an array of floats.
#ifndef DEEPFILTER_BASE_FLOAT_COUNT_H_
#define DEEPFILTER_BASE_FLOAT_COUNT_H_

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace dfn {

// A count as kDigits floats of kBits bits each, lowest first. Up to 24 bits every digit is exact as
// a float. Real-time.
template <size_t kDigits, unsigned kBits>
struct FloatCount {
  static_assert(kBits <= 24 && kDigits * kBits <= 64);
  static constexpr size_t kFloats = kDigits;

  // `count` must be below 2^(kDigits kBits).
  static void Write(uint64_t count, float* digits) noexcept {
    for (size_t i = 0; i < kDigits; ++i) {
      digits[i] = static_cast<float>(count >> (kBits * i) & kMask);
    }
  }

  // False, and `count` unchanged, unless every digit is a whole number in its range.
  static bool Read(const float* digits, uint64_t& count) noexcept {
    uint64_t sum = 0;
    for (size_t i = 0; i < kDigits; ++i) {
      // False for NaN too.
      const bool in_range = digits[i] >= 0.0f && digits[i] <= static_cast<float>(kMask);
      if (!in_range || digits[i] != std::floor(digits[i])) return false;
      sum |= static_cast<uint64_t>(digits[i]) << (kBits * i);
    }
    count = sum;
    return true;
  }

 private:
  static constexpr uint64_t kMask = (uint64_t{1} << kBits) - 1;
};

}  // namespace dfn

#endif  // DEEPFILTER_BASE_FLOAT_COUNT_H_
