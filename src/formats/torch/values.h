// The values on the stack while a state dict's pickle is read.
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
#include "formats/torch/pickle.h"

namespace dfn::torch {

enum class Kind : uint8_t {
  kNone,
  kBool,
  kInt,
  kString,
  kTuple,
  kDict,
  kGlobal,
  kStorage,
  kTensor,
};

// "a dictionary", "an integer", ... for messages.
const char* KindText(Kind kind);

struct Value {
  Kind kind = Kind::kNone;
  // A bool's or integer's value, a global's number, or the place in the heap's list of its kind.
  int64_t number = 0;
  size_t index() const { return static_cast<size_t>(number); }
};

// Globals by number; a storage class is kFirstStorageClass + its ElementType.
inline constexpr int64_t kOrderedDictClass = 0;
inline constexpr int64_t kRebuildTensorFunction = 1;
inline constexpr int64_t kRebuildParameterFunction = 2;
inline constexpr int64_t kFirstStorageClass = 3;

// The number of a global that a state dict needs; nothing for all others.
std::optional<int64_t> FindGlobal(std::string_view module, std::string_view name);

struct Tuple {
  std::vector<Value> items;
  bool placed = false;  // is inside another container
};

struct Dict {
  std::vector<std::pair<std::string_view, Value>> items = {};
  bool ordered = false;  // an OrderedDict, the only class that may be given attributes
  bool placed = false;
};

struct Storage {
  std::string_view key;
  ElementType type = ElementType::kFloat32;
  size_t elements = 0;
};

// Strings point into the pickle.
struct Heap {
  std::vector<std::string_view> strings;
  std::vector<Tuple> tuples;
  std::vector<Dict> dicts;
  std::vector<Storage> storages;
  std::vector<TensorView> tensors;
};

// The storage that a persistent id names: ("storage", class, key, location, elements).
// Errors: kCorrupt; the message lacks its subject, the pickle.
Result<Storage> MakeStorage(const Heap& heap, const Tuple& id);

// _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks).
// Errors: kCorrupt, kLimit, kUnsupported; the message lacks its subject, the tensor.
Result<TensorView> MakeTensor(const Heap& heap, const Tuple& arguments, const Limits& limits);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_VALUES_H_
