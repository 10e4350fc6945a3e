// A folder of files in one input, a sequence of
//   kind (1 byte, which selects the name) | size (3 bytes, little-endian) | content
// where a size beyond the input's end means all remaining bytes.
#ifndef DEEPFILTER_FUZZ_SPLIT_FILES_H_
#define DEEPFILTER_FUZZ_SPLIT_FILES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"

namespace dfn {

inline std::vector<NamedBytes> SplitFiles(Bytes input, std::span<const char* const> names) {
  constexpr size_t kHeaderBytes = 4;
  constexpr size_t kMaxFiles = 8;
  std::vector<NamedBytes> files;
  while (input.size() >= kHeaderBytes && files.size() < kMaxFiles) {
    const size_t wanted = LoadLittleEndian<uint32_t>(input.data()) >> 8;
    const char* name = names[input[0] % names.size()];
    input = input.subspan(kHeaderBytes);
    const Bytes content = input.first(std::min(wanted, input.size()));
    files.push_back({name, {content.begin(), content.end()}});
    input = input.subspan(content.size());
  }
  return files;
}

// With these, memory stays far below the fuzzer's own bound.
inline Limits FolderLimits() {
  Limits limits;
  limits.max_graph_nodes = 1000;
  limits.max_tensors = 500;
  limits.max_tensor_elements = 1 << 14;
  limits.max_name_bytes = 200;
  limits.max_ini_bytes = 1 << 14;
  limits.max_config_dimension = 1024;
  return limits;
}

}  // namespace dfn

#endif  // DEEPFILTER_FUZZ_SPLIT_FILES_H_
