// From a checkpoint's bytes to the tensors of the network.
#ifndef DEEPFILTER_CONVERT_LOAD_CHECKPOINT_STATE_H_
#define DEEPFILTER_CONVERT_LOAD_CHECKPOINT_STATE_H_

#include <string>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/tensor_values.h"

namespace dfn {

// Reads a PyTorch or safetensors file, told by its content, and gives its tensors the names that
// they have in the public Python package: without what wrappers of modules add (WithoutWrappers)
// and without the name of the attribute that the network was in ("model." of Lightning). Tensors
// outside the network are dropped where it has such a prefix. Messages call the file `name`.
// Errors: those of ReadTorchCheckpoint and ReadSafetensors; kUnsupported (several networks).
Result<StateDict> ReadCheckpointState(Bytes file, const std::string& name, const Limits& limits);

// The second half of ReadCheckpointState, for tensors from wherever.
// Errors: kUnsupported (several networks), kCorrupt (two tensors of one name).
Result<StateDict> WithNetworkNames(StateDict state, const std::string& name);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LOAD_CHECKPOINT_STATE_H_
