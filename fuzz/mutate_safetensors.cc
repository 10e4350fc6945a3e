// Changes the JSON at the beginning of a file, and keeps its length right.
#include "mutator.h"

#include "base/bytes.h"

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  using namespace dfn;
  constexpr size_t kLengthBytes = 8;
  Random random(seed);
  if (size < kLengthBytes || random() % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const size_t length = static_cast<size_t>(
      std::min<uint64_t>(LoadLittleEndian<uint64_t>(data), size - kLengthBytes));
  std::vector<uint8_t> header(data + kLengthBytes, data + kLengthBytes + length);
  MutateBytes(header);
  std::vector<uint8_t> made(kLengthBytes);
  for (size_t i = 0; i < kLengthBytes; ++i) made[i] = static_cast<uint8_t>(header.size() >> 8 * i);
  made.insert(made.end(), header.begin(), header.end());
  made.insert(made.end(), data + kLengthBytes + length, data + size);
  return GiveBack(made, data, size, max_size);
}
