// Changes tar files inside their compression, entries of ZIP files inside their checksums, and gives
// the headers of tar files sums that are right.
#include <cstdio>
#include <cstring>

#include "mutator.h"
#include "zip_mutator.h"

namespace dfn {
namespace {

constexpr size_t kBlockBytes = 512;

size_t Octal(const uint8_t* text, size_t size) {
  size_t value = 0;
  for (size_t i = 0; i < size && text[i] >= '0' && text[i] <= '7'; ++i) {
    value = value * 8 + text[i] - '0';
  }
  return value;
}

// Of the headers that are found by the sizes of those before them.
void SealTar(uint8_t* data, size_t size) {
  constexpr size_t kSizeAt = 124, kSumAt = 148, kSumBytes = 8, kMagicAt = 257;
  for (size_t at = 0; at + kBlockBytes <= size;) {
    uint8_t* header = data + at;
    if (std::memcmp(header + kMagicAt, "ustar", 5) != 0) return;
    std::memset(header + kSumAt, ' ', kSumBytes);
    unsigned sum = 0;
    for (size_t i = 0; i < kBlockBytes; ++i) sum += header[i];
    std::snprintf(reinterpret_cast<char*>(header + kSumAt), kSumBytes, "%06o", sum);
    const size_t content = std::min(Octal(header + kSizeAt, 12), size);
    at += kBlockBytes + (content + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
  }
}

std::vector<uint8_t> MutateGzip(Bytes file) {
  constexpr int kGzip = MAX_WBITS + 16;
  std::vector<uint8_t> tar = Inflated(file, kGzip);
  if (tar.empty()) return {};
  MutateBytes(tar);
  SealTar(tar.data(), tar.size());
  return Deflated(tar, kGzip);
}

}  // namespace
}  // namespace dfn

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  using namespace dfn;
  Random random(seed);
  const dfn::Bytes file(data, size);
  if (size >= 2 && random() % 4 != 0) {
    if (file[0] == 'P' && file[1] == 'K') {
      return GiveBack(MutateZip(file, random), data, size, max_size);
    }
    if (file[0] == 0x1f && file[1] == 0x8b) return GiveBack(MutateGzip(file), data, size, max_size);
  }
  size = LLVMFuzzerMutate(data, size, max_size);
  if (random() % 8 != 0) SealTar(data, size);
  return size;
}
