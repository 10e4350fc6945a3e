// A checkpoint's tensor as a view of a storage.
#ifndef DEEPFILTER_FORMATS_TORCH_TENSOR_VIEW_H_
#define DEEPFILTER_FORMATS_TORCH_TENSOR_VIEW_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
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
// The type by the name of its storage class in the module "torch" ("FloatStorage").
std::optional<ElementType> TypeOfStorageClass(std::string_view name);

// Bytes inside a pickle. Old protocols have no bytes: there each one is a character of a text, the
// Latin-1 one of that number, which the pickle has in UTF-8.
struct RawBytes {
  Bytes bytes = {};
  bool is_utf8 = false;
};

// Element (i0, i1, ..) is storage[offset + i0 * strides[0] + ..]. CheckView has found that every
// element lies in the storage and that the view has no more elements than the storage.
struct TensorView {
  std::string storage = {};  // the last part of its entry's name
  size_t storage_elements = 0;
  ElementType type = ElementType::kFloat32;
  size_t offset = 0;
  std::vector<size_t> shape = {};
  std::vector<size_t> strides = {};  // as many
  size_t elements = 0;               // product of `shape`; 1 for a scalar
  // The storage itself, where it stands in the pickle (arrays of numpy).
  std::optional<RawBytes> raw = std::nullopt;
};

// The product of a shape. Errors: kLimit; the message lacks its subject, the tensor.
Result<size_t> ElementsOf(const std::vector<size_t>& shape, const Limits& limits);

// The strides of a dense tensor: in C order the last axis is the innermost, in Fortran's the first.
std::vector<size_t> DenseStrides(const std::vector<size_t>& shape);
std::vector<size_t> FortranStrides(const std::vector<size_t>& shape);

// Sets `elements` and checks that all of them are inside the storage.
// Errors: kCorrupt, kLimit; the message lacks its subject, the tensor.
Status CheckView(TensorView& view, const Limits& limits);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_TENSOR_VIEW_H_
