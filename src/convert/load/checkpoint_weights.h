// Makes a Model of a checkpoint's named tensors.
#ifndef DEEPFILTER_CONVERT_LOAD_CHECKPOINT_WEIGHTS_H_
#define DEEPFILTER_CONVERT_LOAD_CHECKPOINT_WEIGHTS_H_

#include <string>

#include "base/result.h"
#include "formats/torch/state_dict.h"
#include "model/config.h"
#include "model/model.h"

namespace dfn {

// Takes the weights of a DeepFilterNet out of a state dict of the public Python package
// (df.deepfilternet2, df.deepfilternet3, df.modules) and checks the whole (ValidateModel).
//   - Batch normalisation of inference, y = (x - mean) / sqrt(var + 1e-5) * weight + bias, is
//     folded in double precision into the last convolution of its layer.
//   - GRU gates go from PyTorch's order r, z, n to ONNX's z, r, h.
// Filter banks, counters and other tensors outside the three networks are passed over, and so are
// those that the package itself allows in excess, and a DF decoder if config.mask_only. `config` must have passed ValidateConfig.
// Messages and Model::origin call the checkpoint `name`.
// Errors: kMismatch (a tensor that is missing, of another shape or type, or that has no place in
// the network), kCorrupt (NaN, infinity).
Result<Model> ModelFromStateDict(StateDict state, const Config& config, const std::string& name);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_LOAD_CHECKPOINT_WEIGHTS_H_
