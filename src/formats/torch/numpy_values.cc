#include "formats/torch/numpy_values.h"

#include <string>
#include <utility>

#include "base/printable.h"
#include "formats/torch/tensor_view.h"

namespace dfn::torch {
namespace {

struct TypeCode {
  std::string_view code;
  ElementType type;
};

constexpr TypeCode kTypeCodes[] = {
    {"f8", ElementType::kFloat64}, {"f4", ElementType::kFloat32}, {"f2", ElementType::kFloat16},
    {"i8", ElementType::kInt64},   {"i4", ElementType::kInt32},   {"i2", ElementType::kInt16},
    {"i1", ElementType::kInt8},    {"u1", ElementType::kUint8},   {"b1", ElementType::kBool},
};

std::optional<ElementType> TypeOf(const ArrayType& type) {
  for (const TypeCode& known : kTypeCodes) {
    if (known.code == type.code) return known.type;
  }
  return std::nullopt;
}

Result<std::optional<TensorView>> ArrayOf(const Heap& heap, const Value& shape, const Value& type,
                                          bool fortran_order, const Value& bytes,
                                          const Limits& limits) {
  if (type.kind != Kind::kArrayType || bytes.kind != Kind::kBytes)
    return std::optional<TensorView>();
  const ArrayType& array_type = heap.array_types[type.index()];
  const std::optional<ElementType> element_type = TypeOf(array_type);
  if (!element_type) return std::optional<TensorView>();
  if (array_type.order == ">") {
    return Error{ErrorCode::kUnsupported, "is a big-endian numpy array of type " +
                                              Quoted(array_type.code) + ", expected little-endian"};
  }
  TensorView view{.type = *element_type, .raw = heap.bytes[bytes.index()]};
  DFN_TRY(view.shape, Counts(heap, shape));
  DFN_TRY(view.storage_elements, ElementsOf(view.shape, limits));
  view.strides = fortran_order ? FortranStrides(view.shape) : DenseStrides(view.shape);
  DFN_CHECK(CheckView(view, limits));
  return std::optional(std::move(view));
}

}  // namespace

std::optional<ArrayType> MakeArrayType(const Heap& heap, const Tuple& arguments) {
  if (arguments.items.empty() || arguments.items[0].kind != Kind::kString) return std::nullopt;
  return ArrayType{.code = heap.strings[arguments.items[0].index()]};
}

ArrayType WithState(const Heap& heap, ArrayType type, const Tuple& state) {
  if (state.items.size() > 1 && state.items[1].kind == Kind::kString) {
    type.order = heap.strings[state.items[1].index()];
  }
  return type;
}

Result<std::optional<TensorView>> MakeArray(const Heap& heap, const Tuple& state,
                                            const Limits& limits) {
  const std::vector<Value>& items = state.items;
  if (items.size() != 5 || items[3].kind != Kind::kBool) return std::optional<TensorView>();
  return ArrayOf(heap, items[1], items[2], items[3].number != 0, items[4], limits);
}

Result<std::optional<TensorView>> MakeArrayFromBuffer(const Heap& heap, const Tuple& arguments,
                                                      const Limits& limits) {
  const std::vector<Value>& items = arguments.items;
  if (items.size() != 4 || items[3].kind != Kind::kString) return std::optional<TensorView>();
  const bool fortran_order = heap.strings[items[3].index()] == "F";
  return ArrayOf(heap, items[2], items[1], fortran_order, items[0], limits);
}

}  // namespace dfn::torch
