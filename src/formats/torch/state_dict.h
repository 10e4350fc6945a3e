// PyTorch checkpoints: files of named tensors.
#ifndef DEEPFILTER_FORMATS_TORCH_STATE_DICT_H_
#define DEEPFILTER_FORMATS_TORCH_STATE_DICT_H_

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/tensor_values.h"

namespace dfn {

// Reads a PyTorch checkpoint (torch.save of a state dict: a ZIP file since PyTorch 1.6, a row of
// pickles before), or a pickle of numpy's arrays. The state dict may be wrapped together with an optimizer, counts and settings;
// `landmark` tells it from others (ReadStateDictPickle).
// Runs no code from the file: what classes and functions outside the reader's list would have made
// is passed over, and refused where tensors are expected.
// `name` is the file's name in messages.
// Errors: kCorrupt (structure, checksum, bounds), kLimit (max_file_bytes, max_tensors,
// max_tensor_elements; max_archive_bytes for all values together, as float32 or int64),
// kUnsupported (big-endian files, TorchScript, whole models, several state dicts).
[[nodiscard]] Result<StateDict> ReadTorchCheckpoint(Bytes file, const std::string& name,
                                                    const Limits& limits,
                                                    std::string_view landmark = {});

// Whether the names of a ZIP file's entries are those of a PyTorch checkpoint.
bool HoldsTorchCheckpoint(Bytes file, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_TORCH_STATE_DICT_H_
