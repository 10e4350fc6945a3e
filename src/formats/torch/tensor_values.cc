#include "formats/torch/tensor_values.h"

#include <cstring>
#include <type_traits>

#include "base/half.h"

namespace dfn {
namespace {

using torch::ElementType;
using torch::TensorView;

float FromFloat32(const uint8_t* from) { return LoadFloat(from); }

float FromFloat64(const uint8_t* from) {
  const auto bits = LoadLittleEndian<uint64_t>(from);
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return static_cast<float>(value);
}

float FromBfloat16(const uint8_t* from) {
  const uint32_t bits = uint32_t{LoadLittleEndian<uint16_t>(from)} << 16;
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

float FromFloat16(const uint8_t* from) { return FloatFromHalf(LoadLittleEndian<uint16_t>(from)); }

template <class Unsigned>
int64_t FromSigned(const uint8_t* from) {
  return static_cast<int64_t>(
      static_cast<std::make_signed_t<Unsigned>>(LoadLittleEndian<Unsigned>(from)));
}

int64_t FromUint8(const uint8_t* from) { return *from; }

// Reads the view's elements in C order. All of them are inside `storage`.
template <auto kConvert>
auto Gather(const TensorView& view, Bytes storage) {
  const size_t element_bytes = torch::ElementBytes(view.type);
  // The innermost axis is the inner loop; a scalar has one of size 1.
  const size_t outer_rank = view.shape.empty() ? 0 : view.shape.size() - 1;
  const size_t inner = view.shape.empty() ? 1 : view.shape.back();
  const size_t step = view.shape.empty() ? 0 : view.strides.back() * element_bytes;
  std::vector<decltype(kConvert(nullptr))> values;
  if (view.elements == 0) return values;
  values.reserve(view.elements);
  std::vector<size_t> index(outer_rank);
  size_t at = view.offset;
  for (;;) {
    const uint8_t* row = storage.data() + at * element_bytes;
    for (size_t i = 0; i < inner; ++i) values.push_back(kConvert(row + i * step));
    size_t axis = outer_rank;
    for (; axis > 0; --axis) {
      at += view.strides[axis - 1];
      if (++index[axis - 1] < view.shape[axis - 1]) break;
      at -= view.strides[axis - 1] * view.shape[axis - 1];
      index[axis - 1] = 0;
    }
    if (axis == 0) return values;
  }
}

}  // namespace

CheckpointTensor ReadValues(const TensorView& view, Bytes storage) {
  CheckpointTensor to{.type = view.type, .shape = view.shape};
  switch (view.type) {
    case ElementType::kFloat64:
      to.floats = Gather<FromFloat64>(view, storage);
      break;
    case ElementType::kFloat32:
      to.floats = Gather<FromFloat32>(view, storage);
      break;
    case ElementType::kFloat16:
      to.floats = Gather<FromFloat16>(view, storage);
      break;
    case ElementType::kBfloat16:
      to.floats = Gather<FromBfloat16>(view, storage);
      break;
    case ElementType::kInt64:
      to.ints = Gather<FromSigned<uint64_t>>(view, storage);
      break;
    case ElementType::kInt32:
      to.ints = Gather<FromSigned<uint32_t>>(view, storage);
      break;
    case ElementType::kInt16:
      to.ints = Gather<FromSigned<uint16_t>>(view, storage);
      break;
    case ElementType::kInt8:
      to.ints = Gather<FromSigned<uint8_t>>(view, storage);
      break;
    case ElementType::kUint8:
    case ElementType::kBool:
      to.ints = Gather<FromUint8>(view, storage);
      break;
  }
  return to;
}

size_t ValueBytes(const TensorView& view) {
  const bool is_floating =
      view.type == ElementType::kFloat64 || view.type == ElementType::kFloat32 ||
      view.type == ElementType::kFloat16 || view.type == ElementType::kBfloat16;
  return view.elements * (is_floating ? sizeof(float) : sizeof(int64_t));
}

}  // namespace dfn
