// Mutators make inputs from inputs where most random changes of bytes would stop at a checksum or at a
// size that no longer fits. Only libFuzzer has them (dfn_mutator in CMakeLists.txt): the corpus needs
// none.
#ifndef DEEPFILTER_FUZZ_MUTATOR_H_
#define DEEPFILTER_FUZZ_MUTATOR_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

// libFuzzer's own mutations, in place; returns the new size.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace dfn {

using Random = std::minstd_rand;

// Content that a mutation may make longer by so many bytes.
constexpr size_t kMostGrowth = 256;

inline void MutateBytes(std::vector<uint8_t>& bytes) {
  const size_t size = bytes.size();
  bytes.resize(size + kMostGrowth);
  bytes.resize(LLVMFuzzerMutate(bytes.data(), size, bytes.size()));
}

// Puts `made` into the fuzzer's buffer; what is too long is changed as bytes instead.
inline size_t GiveBack(const std::vector<uint8_t>& made, uint8_t* data, size_t size,
                       size_t max_size) {
  if (made.empty() || made.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::copy(made.begin(), made.end(), data);
  return made.size();
}

}  // namespace dfn

#endif  // DEEPFILTER_FUZZ_MUTATOR_H_
