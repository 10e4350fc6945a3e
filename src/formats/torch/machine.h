// Runs the program that a pickle is, over values that do nothing.
#ifndef DEEPFILTER_FORMATS_TORCH_MACHINE_H_
#define DEEPFILTER_FORMATS_TORCH_MACHINE_H_

#include <cstddef>
#include <string>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/values.h"

namespace dfn::torch {

// A pickle's result and all that it refers to, which points into the pickle.
struct Unpickled {
  Heap heap;
  Value result;
  size_t bytes = 0;  // of the pickle
};

// Runs a pickle to its end. It has the opcodes with which PyTorch 1.6 and later and Python's
// pickler write checkpoints, and recognises the classes and functions of tensors and arrays by
// name. It calls nothing: what any other class or function would have made is an object without
// content. `where` is the pickle's name in messages.
// Errors: kCorrupt, kLimit (sizes, depth, values, tensors), kUnsupported (any other opcode).
Result<Unpickled> RunPickle(Bytes pickle, const std::string& where, const Limits& limits);

// The same for the first one of several pickles in a row.
Result<Unpickled> RunFirstPickle(Bytes pickles, const std::string& where, const Limits& limits);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_MACHINE_H_
