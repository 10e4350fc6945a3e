#include "formats/torch/tensor_view.h"

#include <iterator>
#include <utility>

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

std::string StorageText(const TensorView& view) {
  return "storage " + Quoted(view.storage) + ", which has " +
         std::to_string(view.storage_elements) + " elements";
}

}  // namespace

size_t ElementBytes(ElementType type) { return kElementTraits[static_cast<size_t>(type)].bytes; }

const char* ElementTypeName(ElementType type) {
  return kElementTraits[static_cast<size_t>(type)].name;
}

std::optional<ElementType> TypeOfStorageClass(std::string_view name) {
  for (size_t i = 0; i < std::size(kElementTraits); ++i) {
    if (name == kElementTraits[i].storage_class) return static_cast<ElementType>(i);
  }
  return std::nullopt;
}

Result<size_t> ElementsOf(const std::vector<size_t>& shape, const Limits& limits) {
  std::optional<size_t> elements = 1;
  for (const size_t size : shape) {
    if (elements) elements = CheckedMul(*elements, size);
  }
  if (!elements || *elements > limits.max_tensor_elements) {
    return Error{ErrorCode::kLimit,
                 "has more than " + std::to_string(limits.max_tensor_elements) + " elements"};
  }
  return *elements;
}

std::vector<size_t> DenseStrides(const std::vector<size_t>& shape) {
  std::vector<size_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

std::vector<size_t> FortranStrides(const std::vector<size_t>& shape) {
  std::vector<size_t> strides(shape.size(), 1);
  for (size_t i = 1; i < shape.size(); ++i) strides[i] = strides[i - 1] * shape[i - 1];
  return strides;
}

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
  DFN_TRY(view.elements, ElementsOf(view.shape, limits));
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

}  // namespace dfn::torch
