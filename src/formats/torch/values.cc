#include "formats/torch/values.h"

#include <iterator>

#include "base/printable.h"

namespace dfn::torch {
namespace {

struct KnownGlobal {
  std::string_view module;
  std::string_view name;
  int64_t number;
};

// numpy 2 has moved its modules.
constexpr KnownGlobal kKnownGlobals[] = {
    {"collections", "OrderedDict", kOrderedDictClass},
    {"torch._utils", "_rebuild_tensor_v2", kRebuildTensorFunction},
    {"torch._utils", "_rebuild_parameter", kRebuildParameterFunction},
    {"torch._utils", "_rebuild_parameter_with_state", kRebuildParameterFunction},
    {"_codecs", "encode", kEncodeFunction},
    {"numpy", "dtype", kArrayTypeClass},
    {"numpy.core.multiarray", "_reconstruct", kReconstructArrayFunction},
    {"numpy._core.multiarray", "_reconstruct", kReconstructArrayFunction},
    {"numpy.core.numeric", "_frombuffer", kArrayFromBufferFunction},
    {"numpy._core.numeric", "_frombuffer", kArrayFromBufferFunction},
};

Error Corrupt(std::string what) { return {ErrorCode::kCorrupt, std::move(what)}; }

bool IsCount(const Value& value) { return value.kind == Kind::kInt && value.number >= 0; }

}  // namespace

const char* KindText(Kind kind) {
  switch (kind) {
    case Kind::kNone:
      return "None";
    case Kind::kBool:
      return "a truth value";
    case Kind::kInt:
      return "an integer";
    case Kind::kFloat:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kBytes:
      return "bytes";
    case Kind::kTuple:
      return "a tuple";
    case Kind::kList:
      return "a list";
    case Kind::kDict:
      return "a dictionary";
    case Kind::kGlobal:
      return "a class or function";
    case Kind::kStorage:
      return "a storage";
    case Kind::kTensor:
      return "a tensor";
    case Kind::kArrayType:
      return "a type of numpy";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

std::optional<int64_t> FindGlobal(std::string_view module, std::string_view name) {
  for (const KnownGlobal& known : kKnownGlobals) {
    if (known.module == module && known.name == name) return known.number;
  }
  if (module != "torch") return std::nullopt;
  const std::optional<ElementType> type = TypeOfStorageClass(name);
  if (!type) return std::nullopt;
  return kFirstStorageClass + static_cast<int64_t>(*type);
}

Result<std::vector<size_t>> Counts(const Heap& heap, const Value& value) {
  if (value.kind != Kind::kTuple) return Corrupt("has a size or stride that is no tuple");
  std::vector<size_t> counts;
  for (const Value& item : heap.tuples[value.index()].items) {
    if (!IsCount(item)) return Corrupt("has a size or stride that is no count");
    counts.push_back(item.index());
  }
  return counts;
}

Result<std::optional<Storage>> MakeStorage(const Heap& heap, const Tuple& id) {
  const std::vector<Value>& items = id.items;
  const bool is_whole = items.size() == 5 || (items.size() == 6 && items[5].kind == Kind::kNone);
  if (!is_whole || items[0].kind != Kind::kString || items[1].kind != Kind::kGlobal ||
      items[2].kind != Kind::kString || items[3].kind != Kind::kString || !IsCount(items[4]) ||
      heap.strings[items[0].index()] != "storage" || items[1].number < kFirstStorageClass) {
    return Corrupt("has a persistent id that is no storage");
  }
  if (items[1].number >= kFirstForeign) return std::optional<Storage>();
  return std::optional(Storage{heap.strings[items[2].index()],
                               static_cast<ElementType>(items[1].number - kFirstStorageClass),
                               items[4].index()});
}

Result<TensorView> MakeTensor(const Heap& heap, const Tuple& arguments, const Limits& limits) {
  const std::vector<Value>& items = arguments.items;
  if (items.size() != 6 && items.size() != 7) {
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
