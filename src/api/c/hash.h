// A fast hash of bytes. Not for secrets.
#ifndef DEEPFILTER_API_C_HASH_H_
#define DEEPFILTER_API_C_HASH_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/realtime.h"

namespace dfn {

// Returns a 64-bit hash of `bytes` and `seed`, the same on all machines of the same byte order. To
// hash several values, pass each hash as the seed of the next. Four lanes let multiplications
// overlap, so 8 MB of weights take a few milliseconds. Real-time safe.
inline uint64_t Hash(const void* bytes, size_t size, uint64_t seed) noexcept DFN_REALTIME {
  constexpr uint64_t kOdd[4] = {0x9E3779B97F4A7C15u, 0xC2B2AE3D27D4EB4Fu, 0x165667B19E3779F9u,
                                0xD6E8FEB86659FD93u};
  const auto mix = [](uint64_t sum, uint64_t word, uint64_t odd) {
    sum = (sum ^ word) * odd;
    return sum ^ (sum >> 29);
  };
  uint64_t lanes[4] = {seed ^ kOdd[0], seed ^ kOdd[1], seed ^ kOdd[2], seed ^ kOdd[3]};
  const auto* from = static_cast<const unsigned char*>(bytes);
  size_t left = size;
  for (; left >= 32; left -= 32, from += 32) {
    uint64_t words[4];
    std::memcpy(words, from, 32);
    for (size_t i = 0; i < 4; ++i) lanes[i] = mix(lanes[i], words[i], kOdd[i]);
  }
  // The rest is padded with zeros; hashing `size` tells these from zeros in the input.
  uint64_t words[4] = {};
  if (left > 0) std::memcpy(words, from, left);
  uint64_t sum = size;
  for (size_t i = 0; i < 4; ++i) sum = mix(sum, mix(lanes[i], words[i], kOdd[i]), kOdd[3 - i]);
  return mix(sum, sum >> 32, kOdd[0]);
}

}  // namespace dfn

#endif  // DEEPFILTER_API_C_HASH_H_
