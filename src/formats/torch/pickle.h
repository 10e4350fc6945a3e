// Reads the pickle inside a PyTorch checkpoint: tensors' names, and the places of their values.
#ifndef DEEPFILTER_FORMATS_TORCH_PICKLE_H_
#define DEEPFILTER_FORMATS_TORCH_PICKLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/machine.h"
#include "formats/torch/tensor_view.h"

namespace dfn::torch {

struct NamedTensorView {
  std::string name;
  TensorView view;
};

// Interprets the pickle of a checkpoint and returns the tensors of its state dict, in the file's
// order. The state dict is the pickle's result, or a dictionary inside it: trainers wrap it up with
// the state of an optimizer, counts of epochs and settings. Where several dictionaries hold tensors,
// it is the one in which a tensor's name has `landmark` at its start or behind a dot (names as
// WithoutWrappers gives them). Entries of it that are no tensors are passed over.
//
// This is not an unpickler: it calls nothing (machine.h).
//
// `where` is the pickle's name in messages.
// Errors: kCorrupt, kLimit (sizes, depth, tensors), kUnsupported (any other opcode, by name; a
// whole model; several state dicts; none).
Result<std::vector<NamedTensorView>> ReadStateDictPickle(Bytes pickle, const std::string& where,
                                                         const Limits& limits,
                                                         std::string_view landmark = {});

// The same for a pickle that has run.
Result<std::vector<NamedTensorView>> FindStateDict(const Unpickled& unpickled,
                                                   const std::string& where, const Limits& limits,
                                                   std::string_view landmark);

// A tensor's name without the parts that wrappers of modules add in front of or between its own:
// `module` (DataParallel), `_orig_mod` (torch.compile), `_fsdp_wrapped_module`,
// `_checkpoint_wrapped_module`.
std::string WithoutWrappers(std::string_view name);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_PICKLE_H_
