// The values on the stack while a checkpoint's pickle is read.
#ifndef DEEPFILTER_FORMATS_TORCH_VALUES_H_
#define DEEPFILTER_FORMATS_TORCH_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "formats/torch/tensor_view.h"

namespace dfn::torch {

enum class Kind : uint8_t {
  kNone,
  kBool,
  kInt,
  kFloat,
  kString,
  kBytes,
  kTuple,
  kList,  // or a set; its items are dropped
  kDict,
  kGlobal,
  kStorage,
  kTensor,
  kArrayType,  // numpy.dtype
  kObject,     // what any other class or function would have made
};

// "a dictionary", "an integer", ... for messages.
const char* KindText(Kind kind);

struct Value {
  Kind kind = Kind::kNone;
  // A bool's or integer's value, a global's number, or the place in the heap's list of its kind.
  int64_t number = 0;
  size_t index() const { return static_cast<size_t>(number); }
};

// Globals by number; a storage class is kFirstStorageClass + its ElementType. Every class or
// function that the reader does not know is kFirstForeign + its place in Heap::foreign.
inline constexpr int64_t kOrderedDictClass = 0;
inline constexpr int64_t kRebuildTensorFunction = 1;
inline constexpr int64_t kRebuildParameterFunction = 2;
inline constexpr int64_t kEncodeFunction = 3;            // _codecs.encode: bytes in old protocols
inline constexpr int64_t kArrayTypeClass = 4;            // numpy.dtype
inline constexpr int64_t kReconstructArrayFunction = 5;  // an empty array, filled in by BUILD
inline constexpr int64_t kArrayFromBufferFunction = 6;
inline constexpr int64_t kFirstStorageClass = 7;
inline constexpr int64_t kFirstForeign = 100;

// The number of a global that a state dict needs; nothing for all others.
std::optional<int64_t> FindGlobal(std::string_view module, std::string_view name);

struct Tuple {
  std::vector<Value> items;
};

struct Dict {
  std::vector<std::pair<Value, Value>> items = {};
  bool ordered = false;  // an OrderedDict, the only one that may be given attributes
};

struct Storage {
  std::string_view key;
  ElementType type = ElementType::kFloat32;
  size_t elements = 0;
};

// numpy.dtype: a code like "f4", and the byte order of BUILD.
struct ArrayType {
  std::string_view code;
  std::string_view order = "=";
};

// A class or function that the reader does not know, by its two names.
struct ForeignGlobal {
  std::string_view module;
  std::string_view name;
};

// What a foreign class or function would have made. Nothing is run for it.
struct Object {
  size_t foreign = 0;  // in Heap::foreign
  Value dict = {};     // what was put into it by keys, or its attributes; None or a dict
};

// Strings and bytes point into the pickle. Containers refer to each other by index and may form
// circles: whoever walks them has to remember where it has been.
struct Heap {
  std::vector<std::string_view> strings;
  std::vector<RawBytes> bytes;
  std::vector<Tuple> tuples;
  std::vector<Dict> dicts;
  std::vector<Storage> storages;
  std::vector<TensorView> tensors;
  std::vector<ArrayType> array_types;
  std::vector<ForeignGlobal> foreign;
  std::vector<Object> objects;
};

// The storage that a persistent id names: ("storage", class, key, location, elements), before
// PyTorch 1.6 with a None behind. Nothing for a class of elements that the reader does not know.
// Errors: kCorrupt; the message lacks its subject, the pickle.
Result<std::optional<Storage>> MakeStorage(const Heap& heap, const Tuple& id);

// A tuple of sizes or strides. Errors: kCorrupt; the message lacks its subject, the tensor.
Result<std::vector<size_t>> Counts(const Heap& heap, const Value& value);

// _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks[, metadata]).
// Errors: kCorrupt, kLimit, kUnsupported; the message lacks its subject, the tensor.
Result<TensorView> MakeTensor(const Heap& heap, const Tuple& arguments, const Limits& limits);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_VALUES_H_
