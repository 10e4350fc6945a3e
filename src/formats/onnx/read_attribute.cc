#include "formats/onnx/read_attribute.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "formats/onnx/read_tensor.h"

namespace dfn::onnx {
namespace {

using protozero::pbf_reader;

// AttributeProto.AttributeType, as far as the reader keeps values.
enum AttributeType : int32_t {
  kAbsent = 0,  // files of the first format version have no type
  kFloat = 1,
  kInt = 2,
  kString = 3,
  kTensor = 4,
  kFloats = 6,
  kInts = 7,
};

// The fields of an AttributeProto as they are read. `type` tells which one counts, even if the file
// leaves out a default value.
struct AttributeFields {
  int32_t type = kAbsent;
  int32_t seen = kAbsent;  // the kind of the last value field
  float number = 0;
  int64_t integer = 0;
  std::string text;
  Tensor tensor;
  bool has_tensor = false;
  std::vector<float> numbers;
  std::vector<int64_t> integers;
};

Error TooManyValues(const Context& context) {
  return context.Fail(
      ErrorCode::kLimit,
      "has more than " + std::to_string(context.limits().max_tensor_elements) + " values");
}

Status AppendFloats(pbf_reader& message, const Context& context, std::vector<float>& numbers) {
  if (message.wire_type() == protozero::pbf_wire_type::fixed32) {
    if (numbers.size() == context.limits().max_tensor_elements) return TooManyValues(context);
    numbers.push_back(message.get_float());
    return {};
  }
  const auto range = message.get_packed_float();
  if (static_cast<size_t>(range.size()) > context.limits().max_tensor_elements - numbers.size()) {
    return TooManyValues(context);
  }
  numbers.insert(numbers.end(), range.begin(), range.end());
  return {};
}

Status AppendInts(pbf_reader& message, const Context& context, std::vector<int64_t>& integers) {
  const bool fits = EachVarint(message, [&](uint64_t value) {
    if (integers.size() == context.limits().max_tensor_elements) return false;
    integers.push_back(static_cast<int64_t>(value));
    return true;
  });
  return fits ? Status() : TooManyValues(context);
}

Status ReadAttributeField(pbf_reader& message, Context& context, AttributeFields& fields) {
  switch (message.tag_and_type()) {
    case Fixed32Field(2):
      fields.seen = kFloat;
      fields.number = message.get_float();
      return {};
    case VarintField(3):
      fields.seen = kInt;
      fields.integer = message.get_int64();
      return {};
    case LengthField(4):
      fields.seen = kString;
      fields.text = ReadView(message);
      return {};
    case LengthField(5): {
      fields.seen = kTensor;
      fields.has_tensor = true;
      DFN_TRY(fields.tensor, ReadTensor(message.get_message(), context));
      return {};
    }
    case Fixed32Field(7):
    case LengthField(7):
      fields.seen = kFloats;
      return AppendFloats(message, context, fields.numbers);
    case VarintField(8):
    case LengthField(8):
      fields.seen = kInts;
      return AppendInts(message, context, fields.integers);
    case VarintField(20):
      fields.type = message.get_int32();
      return {};
    default:
      message.skip();
      return {};
  }
}

Status StoreValue(AttributeFields fields, const Context& context, Attribute& attribute) {
  switch (fields.type == kAbsent ? fields.seen : fields.type) {
    case kFloat:
      attribute.value = fields.number;
      break;
    case kInt:
      attribute.value = fields.integer;
      break;
    case kString:
      attribute.value = std::move(fields.text);
      break;
    case kTensor:
      if (!fields.has_tensor)
        return context.Fail(ErrorCode::kCorrupt, "should be a tensor, but has none");
      attribute.value = std::move(fields.tensor);
      break;
    case kFloats:
      attribute.value = std::move(fields.numbers);
      break;
    case kInts:
      attribute.value = std::move(fields.integers);
      break;
    default:
      break;
  }
  return {};
}

}  // namespace

Result<Attribute> ReadAttribute(pbf_reader message, Context& context) {
  const std::string node = context.part();
  Attribute attribute;
  AttributeFields fields;
  context.set_part("an attribute of " + node);
  while (message.next()) {
    if (message.tag_and_type() == LengthField(1)) {
      DFN_TRY(attribute.name, ReadName(message, context));
      context.set_part("attribute " + Quoted(attribute.name) + " of " + node);
    } else if (message.tag_and_type() == LengthField(21)) {
      DFN_TRY(attribute.refers_to, ReadName(message, context));
    } else {
      DFN_CHECK(ReadAttributeField(message, context, fields));
    }
  }
  DFN_CHECK(StoreValue(std::move(fields), context, attribute));
  return attribute;
}

}  // namespace dfn::onnx
