// Fuzzes LoadModelFiles. One input is a whole folder, a sequence of files, each
//   kind (1 byte, which selects the name) | size (3 bytes, little-endian) | content
// where a size beyond the input's end means all remaining bytes.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "convert/load/load.h"
#include "expect.h"

namespace dfn {
namespace {

constexpr std::array<const char*, 7> kNames = {"config.ini",  "enc.onnx",      "erb_dec.onnx",
                                               "df_dec.onnx", "combined.onnx", "other.txt",
                                               "weights.data"};
constexpr size_t kHeaderBytes = 4;
constexpr size_t kMaxFiles = 8;

std::vector<NamedBytes> Split(Bytes input) {
  std::vector<NamedBytes> files;
  while (input.size() >= kHeaderBytes && files.size() < kMaxFiles) {
    const size_t wanted = LoadLittleEndian<uint32_t>(input.data()) >> 8;
    const char* name = kNames[input[0] % kNames.size()];
    input = input.subspan(kHeaderBytes);
    const Bytes content = input.first(std::min(wanted, input.size()));
    files.push_back({name, {content.begin(), content.end()}});
    input = input.subspan(content.size());
  }
  return files;
}

}  // namespace
}  // namespace dfn

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  Limits limits;
  limits.max_graph_nodes = 1000;
  limits.max_tensors = 500;
  limits.max_tensor_elements = 1 << 20;
  limits.max_name_bytes = 200;
  limits.max_ini_bytes = 1 << 14;
  limits.max_config_dimension = 1024;
  const auto model = LoadModelFiles(Split(Bytes(data, size)), "fuzz", limits);
  if (!model.ok()) ExpectSentence(model.error());
  return 0;
}
