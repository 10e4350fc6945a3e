// Gives the pages of Ogg files checksums that are right, without which no reader looks at them.
#include <cstring>

#include "mutator.h"

namespace dfn {
namespace {

// Polynomial 0x04C11DB7, most significant bit first, no inversion.
uint32_t OggChecksum(const uint8_t* page, size_t size) {
  uint32_t sum = 0;
  for (size_t i = 0; i < size; ++i) {
    sum ^= static_cast<uint32_t>(page[i]) << 24;
    for (int bit = 0; bit < 8; ++bit) sum = sum << 1 ^ (sum >> 31 != 0 ? 0x04C11DB7u : 0u);
  }
  return sum;
}

void SealOgg(uint8_t* data, size_t size) {
  constexpr size_t kHeaderBytes = 27, kSumAt = 22, kSumBytes = 4;
  for (size_t at = 0; at + kHeaderBytes <= size;) {
    uint8_t* page = data + at;
    size_t page_bytes = kHeaderBytes + page[kHeaderBytes - 1];
    if (std::memcmp(page, "OggS", 4) != 0 || page_bytes > size - at) return;
    for (size_t i = kHeaderBytes; i < kHeaderBytes + page[kHeaderBytes - 1]; ++i) {
      page_bytes += page[i];
    }
    if (page_bytes > size - at) return;
    std::memset(page + kSumAt, 0, kSumBytes);
    const uint32_t sum = OggChecksum(page, page_bytes);
    for (size_t i = 0; i < kSumBytes; ++i) page[kSumAt + i] = static_cast<uint8_t>(sum >> 8 * i);
    at += page_bytes;
  }
}

}  // namespace
}  // namespace dfn

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  dfn::Random random(seed);
  size = LLVMFuzzerMutate(data, size, max_size);
  if (random() % 4 != 0) dfn::SealOgg(data, size);
  return size;
}
