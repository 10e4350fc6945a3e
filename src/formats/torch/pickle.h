// Reads the pickle inside a PyTorch checkpoint: tensors' names, and the places of their values.
#ifndef DEEPFILTER_FORMATS_TORCH_PICKLE_H_
#define DEEPFILTER_FORMATS_TORCH_PICKLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace dfn::torch {

enum class ElementType {
  kFloat64,
  kFloat32,
  kFloat16,
  kBfloat16,
  kInt64,
  kInt32,
  kInt16,
  kInt8,
  kUint8,
  kBool,
};

// Bytes of one element.
size_t ElementBytes(ElementType type);
// PyTorch's name: "float32", "bfloat16", ...
const char* ElementTypeName(ElementType type);

// A tensor as a view of a storage: element (i0, i1, ..) is storage[offset + i0 * strides[0] + ..].
// The reader has checked that every element lies in the storage and that the view has no more
// elements than the storage.
struct TensorView {
  std::string storage;  // the last part of its entry's name
  size_t storage_elements = 0;
  ElementType type = ElementType::kFloat32;
  size_t offset = 0;
  std::vector<size_t> shape = {};
  std::vector<size_t> strides = {};  // as many
  size_t elements = 0;               // product of `shape`; 1 for a scalar
};

struct NamedTensorView {
  std::string name;
  TensorView view;
};

// Interprets the pickle of a state dict: a dict of strings to tensors, in the file's order.
//
// This is not an unpickler: it has the opcodes with which PyTorch 1.6 and later write a state dict,
// and recognises the names of the classes and functions in it (OrderedDict, _rebuild_tensor_v2,
// _rebuild_parameter, storages). It calls nothing. A container may be in one place only, so that
// the result is a tree.
//
// `where` is the pickle's name in messages.
// Errors: kCorrupt, kLimit (sizes, depth, tensors), kUnsupported (any other opcode or global, by
// name; entries that are no tensors).
Result<std::vector<NamedTensorView>> ReadStateDictPickle(Bytes pickle, const std::string& where,
                                                         const Limits& limits);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_PICKLE_H_
