// PyTorch checkpoints: files of named tensors.
#ifndef DEEPFILTER_FORMATS_TORCH_STATE_DICT_H_
#define DEEPFILTER_FORMATS_TORCH_STATE_DICT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/pickle.h"

namespace dfn {

struct CheckpointTensor {
  torch::ElementType type = torch::ElementType::kFloat32;  // in the file
  std::vector<size_t> shape;                               // empty: a scalar
  // The values in C order: of float32, float64 (rounded), float16 and bfloat16 in `floats`, of
  // integers and truth values in `ints`.
  std::vector<float> floats = {};
  std::vector<int64_t> ints = {};
};

using StateDict = std::map<std::string, CheckpointTensor, std::less<>>;

// Reads a PyTorch zip checkpoint (torch.save of a state dict, PyTorch 1.6 and later).
// Runs no code from the file: opcodes and globals outside the allow-list are kUnsupported.
// `name` is the file's name in messages.
// Errors: kCorrupt (structure, checksum, bounds), kLimit (max_file_bytes, max_tensors,
// max_tensor_elements; max_archive_bytes for all values together, as float32 or int64),
// kUnsupported (older formats, big-endian files, anything that is not a plain state dict).
[[nodiscard]] Result<StateDict> ReadTorchCheckpoint(Bytes file, const std::string& name,
                                                    const Limits& limits);

// Whether the names of a ZIP file's entries are those of a PyTorch checkpoint.
bool HoldsTorchCheckpoint(Bytes file, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_TORCH_STATE_DICT_H_
