#include "formats/onnx/graph.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/half.h"
#include "base/printable.h"

namespace dfn::onnx {
namespace {

float FloatOfBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

double DoubleOfBits(uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// bfloat16 is the upper half of a float.
float FloatOfBfloat16(uint16_t bits) { return FloatOfBits(static_cast<uint32_t>(bits) << 16); }

template <class Stored, class Out, class Convert>
std::vector<Out> FromRaw(Bytes raw, Convert convert) {
  std::vector<Out> out(raw.size() / sizeof(Stored));
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = convert(LoadLittleEndian<Stored>(raw.data() + i * sizeof(Stored)));
  return out;
}

// A plain copy on little-endian machines.
std::vector<float> FromRawFloats(Bytes raw) {
  if constexpr (std::endian::native != std::endian::little) {
    return FromRaw<uint32_t, float>(raw, FloatOfBits);
  }
  std::vector<float> out(raw.size() / sizeof(float));
  std::memcpy(out.data(), raw.data(), out.size() * sizeof(float));
  return out;
}

template <class Convert>
std::vector<float> FromHalves(const Tensor& tensor, Convert convert) {
  if (!tensor.raw.empty()) return FromRaw<uint16_t, float>(tensor.raw, convert);
  std::vector<float> out(tensor.ints.size());
  std::transform(tensor.ints.begin(), tensor.ints.end(), out.begin(),
                 [&](int64_t bits) { return convert(static_cast<uint16_t>(bits)); });
  return out;
}

// `Value` is the type of an element, `Stored` its unsigned twin of the same width.
template <class Value, class Stored>
std::vector<int64_t> FromIntegers(const Tensor& tensor) {
  if (tensor.raw.empty()) return tensor.ints;
  return FromRaw<Stored, int64_t>(
      tensor.raw, [](Stored bits) { return static_cast<int64_t>(static_cast<Value>(bits)); });
}

template <class T>
const T* ValueOf(const Node& node, std::string_view attribute_name) {
  const Attribute* attribute = node.Find(attribute_name);
  return attribute ? std::get_if<T>(&attribute->value) : nullptr;
}

Error WrongType(const Tensor& tensor, const char* wanted) {
  return {ErrorCode::kUnsupported, "tensor " + Quoted(tensor.name) + " has the ONNX data type " +
                                       std::to_string(static_cast<int32_t>(tensor.type)) +
                                       ", but " + wanted + " are expected"};
}

}  // namespace

const Attribute* Node::Find(std::string_view attribute_name) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const Attribute& a) { return a.name == attribute_name; });
  return found == attributes.end() ? nullptr : &*found;
}

int64_t Node::Int(std::string_view attribute_name, int64_t otherwise) const {
  const auto* value = ValueOf<int64_t>(*this, attribute_name);
  return value ? *value : otherwise;
}

std::vector<int64_t> Node::Ints(std::string_view attribute_name,
                                std::vector<int64_t> otherwise) const {
  const auto* value = ValueOf<std::vector<int64_t>>(*this, attribute_name);
  if (value) return *value;
  return otherwise;
}

std::string Node::String(std::string_view attribute_name, std::string otherwise) const {
  const auto* value = ValueOf<std::string>(*this, attribute_name);
  if (value) return *value;
  return otherwise;
}

Result<std::vector<float>> ToFloats(const Tensor& tensor) {
  switch (tensor.type) {
    case DataType::kFloat:
      if (tensor.raw.empty()) return tensor.floats;
      return FromRawFloats(tensor.raw);
    case DataType::kDouble:
      if (tensor.raw.empty())
        return std::vector<float>(tensor.doubles.begin(), tensor.doubles.end());
      return FromRaw<uint64_t, float>(
          tensor.raw, [](uint64_t bits) { return static_cast<float>(DoubleOfBits(bits)); });
    case DataType::kFloat16:
      return FromHalves(tensor, FloatFromHalf);
    case DataType::kBfloat16:
      return FromHalves(tensor, FloatOfBfloat16);
    default:
      return WrongType(tensor, "floating-point numbers");
  }
}

Result<std::vector<int64_t>> ToInts(const Tensor& tensor) {
  switch (tensor.type) {
    case DataType::kUint8:
    case DataType::kBool:
      return FromIntegers<uint8_t, uint8_t>(tensor);
    case DataType::kInt8:
      return FromIntegers<int8_t, uint8_t>(tensor);
    case DataType::kUint16:
      return FromIntegers<uint16_t, uint16_t>(tensor);
    case DataType::kInt16:
      return FromIntegers<int16_t, uint16_t>(tensor);
    case DataType::kUint32:
      return FromIntegers<uint32_t, uint32_t>(tensor);
    case DataType::kInt32:
      return FromIntegers<int32_t, uint32_t>(tensor);
    case DataType::kInt64:
      return FromIntegers<int64_t, uint64_t>(tensor);
    case DataType::kUint64: {
      std::vector<int64_t> values = FromIntegers<int64_t, uint64_t>(tensor);
      if (std::any_of(values.begin(), values.end(), [](int64_t v) { return v < 0; })) {
        return Error{ErrorCode::kUnsupported,
                     "tensor " + Quoted(tensor.name) + " holds integers of 2^63 and more"};
      }
      return values;
    }
    default:
      return WrongType(tensor, "integers");
  }
}

std::string ShapeText(const std::vector<int64_t>& dims) {
  std::string text = "[";
  for (size_t i = 0; i < dims.size(); ++i) {
    if (i != 0) text += ", ";
    text += std::to_string(dims[i]);
  }
  return text + "]";
}

size_t ElementBytes(DataType type) {
  switch (type) {
    case DataType::kUint8:
    case DataType::kInt8:
    case DataType::kBool:
      return 1;
    case DataType::kUint16:
    case DataType::kInt16:
    case DataType::kFloat16:
    case DataType::kBfloat16:
      return 2;
    case DataType::kFloat:
    case DataType::kInt32:
    case DataType::kUint32:
      return 4;
    case DataType::kInt64:
    case DataType::kDouble:
    case DataType::kUint64:
      return 8;
    case DataType::kUndefined:
    case DataType::kString:
      return 0;
  }
  return 0;
}

}  // namespace dfn::onnx
