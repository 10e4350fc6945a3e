#include "formats/torch/values.h"

#include "base/checked.h"
#include "base/printable.h"

namespace dfn::torch {
namespace {

struct ElementTraits {
  const char* name;
  const char* storage_class;  // in the module "torch"
  size_t bytes;
};

// In the order of ElementType.
constexpr ElementTraits kElementTraits[] = {
    {"float64", "DoubleStorage", 8}, {"float32", "FloatStorage", 4},
    {"float16", "HalfStorage", 2},   {"bfloat16", "BFloat16Storage", 2},
    {"int64", "LongStorage", 8},     {"int32", "IntStorage", 4},
    {"int16", "ShortStorage", 2},    {"int8", "CharStorage", 1},
    {"uint8", "ByteStorage", 1},     {"bool", "BoolStorage", 1},
};

Error Corrupt(std::string what) { return {ErrorCode::kCorrupt, std::move(what)}; }

bool IsCount(const Value& value) { return value.kind == Kind::kInt && value.number >= 0; }

// A tuple of sizes or strides.
Result<std::vector<size_t>> Counts(const Heap& heap, const Value& value) {
  if (value.kind != Kind::kTuple) return Corrupt("has a size or stride that is no tuple");
  std::vector<size_t> counts;
  for (const Value& item : heap.tuples[value.index()].items) {
    if (!IsCount(item)) return Corrupt("has a size or stride that is no count");
    counts.push_back(item.index());
  }
  return counts;
}

std::string StorageText(const TensorView& view) {
  return "storage " + Quoted(view.storage) + ", which has " +
         std::to_string(view.storage_elements) + " elements";
}

// Sets `elements` and checks that all of them are inside the storage.
Status CheckView(TensorView& view, const Limits& limits) {
  if (view.shape.size() != view.strides.size()) {
    return Corrupt("has " + std::to_string(view.shape.size()) + " sizes, but " +
                   std::to_string(view.strides.size()) + " strides");
  }
  if (view.shape.size() > limits.max_tensor_rank) {
    return Error{ErrorCode::kLimit, "has " + std::to_string(view.shape.size()) +
                                        " dimensions, the limit is " +
                                        std::to_string(limits.max_tensor_rank)};
  }
  std::optional<size_t> elements = 1;
  for (const size_t size : view.shape) {
    if (elements) elements = CheckedMul(*elements, size);
  }
  if (!elements || *elements > limits.max_tensor_elements) {
    return Error{ErrorCode::kLimit,
                 "has more than " + std::to_string(limits.max_tensor_elements) + " elements"};
  }
  view.elements = *elements;
  if (view.elements == 0) return {};
  if (view.elements > view.storage_elements) {
    return Corrupt("has more elements (" + std::to_string(view.elements) + ") than its " +
                   StorageText(view));
  }
  std::optional<size_t> last = view.offset;
  for (size_t i = 0; last && i < view.shape.size(); ++i) {
    const std::optional<size_t> reach = CheckedMul(view.shape[i] - 1, view.strides[i]);
    last = reach ? CheckedAdd(*last, *reach) : std::nullopt;
  }
  if (!last || *last >= view.storage_elements) {
    return Corrupt("reaches beyond its " + StorageText(view));
  }
  return {};
}

}  // namespace

size_t ElementBytes(ElementType type) { return kElementTraits[static_cast<size_t>(type)].bytes; }

const char* ElementTypeName(ElementType type) {
  return kElementTraits[static_cast<size_t>(type)].name;
}

const char* KindText(Kind kind) {
  switch (kind) {
    case Kind::kNone:
      return "None";
    case Kind::kBool:
      return "a truth value";
    case Kind::kInt:
      return "an integer";
    case Kind::kString:
      return "a string";
    case Kind::kTuple:
      return "a tuple";
    case Kind::kDict:
      return "a dictionary";
    case Kind::kGlobal:
      return "a class or function";
    case Kind::kStorage:
      return "a storage";
    case Kind::kTensor:
      return "a tensor";
  }
  return "";
}

std::optional<int64_t> FindGlobal(std::string_view module, std::string_view name) {
  if (module == "collections" && name == "OrderedDict") return kOrderedDictClass;
  if (module == "torch._utils" && name == "_rebuild_tensor_v2") return kRebuildTensorFunction;
  if (module == "torch._utils" && name == "_rebuild_parameter") return kRebuildParameterFunction;
  if (module != "torch") return std::nullopt;
  for (size_t i = 0; i < std::size(kElementTraits); ++i) {
    if (name == kElementTraits[i].storage_class) {
      return kFirstStorageClass + static_cast<int64_t>(i);
    }
  }
  return std::nullopt;
}

Result<Storage> MakeStorage(const Heap& heap, const Tuple& id) {
  const std::vector<Value>& items = id.items;
  if (items.size() != 5 || items[0].kind != Kind::kString || items[1].kind != Kind::kGlobal ||
      items[2].kind != Kind::kString || items[3].kind != Kind::kString || !IsCount(items[4]) ||
      heap.strings[items[0].index()] != "storage" || items[1].number < kFirstStorageClass) {
    return Corrupt("has a persistent id that is no storage");
  }
  return Storage{heap.strings[items[2].index()],
                 static_cast<ElementType>(items[1].number - kFirstStorageClass), items[4].index()};
}

Result<TensorView> MakeTensor(const Heap& heap, const Tuple& arguments, const Limits& limits) {
  const std::vector<Value>& items = arguments.items;
  if (items.size() != 6) {
    return Error{ErrorCode::kUnsupported,
                 "is made from " + std::to_string(items.size()) + " arguments, expected 6"};
  }
  if (items[0].kind != Kind::kStorage || !IsCount(items[1]) || items[4].kind != Kind::kBool) {
    return Corrupt("is made from arguments of the wrong kind");
  }
  if (items[5].kind != Kind::kDict || !heap.dicts[items[5].index()].items.empty()) {
    return Error{ErrorCode::kUnsupported, "has backward hooks"};
  }
  const Storage& storage = heap.storages[items[0].index()];
  TensorView view{.storage = std::string(storage.key),
                  .storage_elements = storage.elements,
                  .type = storage.type,
                  .offset = items[1].index()};
  DFN_TRY(view.shape, Counts(heap, items[2]));
  DFN_TRY(view.strides, Counts(heap, items[3]));
  DFN_CHECK(CheckView(view, limits));
  return view;
}

}  // namespace dfn::torch
