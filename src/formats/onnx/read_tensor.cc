#include "formats/onnx/read_tensor.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/checked.h"

namespace dfn::onnx {
namespace {

// Field numbers of TensorProto.
enum Field : uint32_t {
  kNone = 0,
  kDims = 1,
  kDataType = 2,
  kSegment = 3,
  kFloatData = 4,
  kInt32Data = 5,
  kInt64Data = 7,
  kName = 8,
  kRawData = 9,
  kDoubleData = 10,
  kUint64Data = 11,
  kExternalData = 13,
  kDataLocation = 14,
};

// How the format stores a type's values.
struct Storage {
  const char* type_name;
  size_t bytes;        // of a value in raw_data; 0: a type this reader does not take
  Field field;         // of values that are not in raw_data
  int64_t lowest = 0;  // of a value in an integer field
  int64_t highest = 0;
};

template <class T>
constexpr Storage IntegerStorage(const char* name, size_t bytes, Field field) {
  return {name, bytes, field, static_cast<int64_t>(std::numeric_limits<T>::min()),
          static_cast<int64_t>(std::numeric_limits<T>::max())};
}

Storage StorageOf(int32_t data_type) {
  switch (static_cast<DataType>(data_type)) {
    case DataType::kFloat:
      return {"float", 4, kFloatData};
    case DataType::kDouble:
      return {"double", 8, kDoubleData};
    case DataType::kUint8:
      return IntegerStorage<uint8_t>("uint8", 1, kInt32Data);
    case DataType::kInt8:
      return IntegerStorage<int8_t>("int8", 1, kInt32Data);
    case DataType::kUint16:
      return IntegerStorage<uint16_t>("uint16", 2, kInt32Data);
    case DataType::kInt16:
      return IntegerStorage<int16_t>("int16", 2, kInt32Data);
    case DataType::kInt32:
      return IntegerStorage<int32_t>("int32", 4, kInt32Data);
    case DataType::kInt64:
      return IntegerStorage<int64_t>("int64", 8, kInt64Data);
    case DataType::kBool:
      return IntegerStorage<bool>("bool", 1, kInt32Data);
    case DataType::kFloat16:
      return IntegerStorage<uint16_t>("float16", 2, kInt32Data);
    case DataType::kBfloat16:
      return IntegerStorage<uint16_t>("bfloat16", 2, kInt32Data);
    case DataType::kUint32:
      return IntegerStorage<uint32_t>("uint32", 4, kUint64Data);
    case DataType::kUint64:
      // Kept bit for bit: values from 2^63 on look negative.
      return {"uint64", 8, kUint64Data, std::numeric_limits<int64_t>::min(),
              std::numeric_limits<int64_t>::max()};
    case DataType::kUndefined:
    case DataType::kString:
      break;
  }
  return {"", 0, kNone};
}

const char* FieldName(Field field) {
  switch (field) {
    case kFloatData:
      return "float_data";
    case kInt32Data:
      return "int32_data";
    case kInt64Data:
      return "int64_data";
    case kDoubleData:
      return "double_data";
    case kUint64Data:
      return "uint64_data";
    default:
      return "raw_data";
  }
}

// Collects the fields as they come, in any order, and checks them against each other at the end.
class TensorReader {
 public:
  explicit TensorReader(Context& context) : context_(context) {}

  Result<Tensor> Read(protozero::pbf_reader message) {
    while (message.next()) DFN_CHECK(ReadField(message));
    const Storage storage = StorageOf(data_type_);
    if (storage.bytes == 0) {
      return Fail(ErrorCode::kUnsupported, "has the data type " + std::to_string(data_type_) +
                                               ", which holds no numbers this program reads");
    }
    tensor_.type = static_cast<DataType>(data_type_);
    DFN_CHECK(CountElements());
    DFN_CHECK(tensor_.raw.empty() ? CheckValues(storage) : CheckRaw(storage));
    return std::move(tensor_);
  }

 private:
  Error Fail(ErrorCode code, const std::string& what) const { return context_.Fail(code, what); }

  Status ReadField(protozero::pbf_reader& message) {
    switch (message.tag_and_type()) {
      case VarintField(kDims):
      case LengthField(kDims):
        return ReadDims(message);
      case VarintField(kDataType):
        data_type_ = message.get_int32();
        return {};
      case LengthField(kName): {
        DFN_TRY(tensor_.name, ReadName(message, context_));
        if (!tensor_.name.empty()) context_.set_part("tensor " + Quoted(tensor_.name));
        return {};
      }
      case LengthField(kRawData): {
        const std::string_view view = ReadView(message);
        tensor_.raw = Bytes(reinterpret_cast<const uint8_t*>(view.data()), view.size());
        return {};
      }
      case Fixed32Field(kFloatData):
      case LengthField(kFloatData):
        return ReadFloats(message);
      case Fixed64Field(kDoubleData):
      case LengthField(kDoubleData):
        return ReadDoubles(message);
      case VarintField(kInt32Data):
      case LengthField(kInt32Data):
        return ReadIntegers(kInt32Data, message);
      case VarintField(kInt64Data):
      case LengthField(kInt64Data):
        return ReadIntegers(kInt64Data, message);
      case VarintField(kUint64Data):
      case LengthField(kUint64Data):
        return ReadIntegers(kUint64Data, message);
      case VarintField(kDataLocation):
        if (message.get_int32() == 0) return {};
        return Fail(ErrorCode::kUnsupported, "keeps its data in another file");
      case LengthField(kExternalData):
        return Fail(ErrorCode::kUnsupported, "keeps its data in another file");
      case LengthField(kSegment):
        return Fail(ErrorCode::kUnsupported, "is one segment of a larger tensor");
      default:
        message.skip();
        return {};
    }
  }

  Status ReadDims(protozero::pbf_reader& message) {
    const bool fits = EachVarint(message, [&](uint64_t value) {
      if (tensor_.dims.size() == context_.limits().max_tensor_rank) return false;
      tensor_.dims.push_back(static_cast<int64_t>(value));
      return true;
    });
    if (fits) return {};
    return Fail(
        ErrorCode::kLimit,
        "has more than " + std::to_string(context_.limits().max_tensor_rank) + " dimensions");
  }

  // `values` more values are about to be stored in `field`.
  Status MakeRoom(Field field, size_t values) {
    if (values_ == 0) field_ = field;
    if (field != field_) {
      return Fail(ErrorCode::kCorrupt, std::string("has values both in ") + FieldName(field_) +
                                           " and in " + FieldName(field));
    }
    if (values > context_.limits().max_tensor_elements - values_) return TooManyElements();
    values_ += values;
    return {};
  }

  Error TooManyElements() const {
    return Fail(
        ErrorCode::kLimit,
        "has more than " + std::to_string(context_.limits().max_tensor_elements) + " elements");
  }

  Status ReadFloats(protozero::pbf_reader& message) {
    if (message.wire_type() == protozero::pbf_wire_type::fixed32) {
      DFN_CHECK(MakeRoom(kFloatData, 1));
      tensor_.floats.push_back(message.get_float());
      return {};
    }
    const auto range = message.get_packed_float();
    DFN_CHECK(MakeRoom(kFloatData, static_cast<size_t>(range.size())));
    tensor_.floats.insert(tensor_.floats.end(), range.begin(), range.end());
    return {};
  }

  Status ReadDoubles(protozero::pbf_reader& message) {
    if (message.wire_type() == protozero::pbf_wire_type::fixed64) {
      DFN_CHECK(MakeRoom(kDoubleData, 1));
      tensor_.doubles.push_back(message.get_double());
      return {};
    }
    const auto range = message.get_packed_double();
    DFN_CHECK(MakeRoom(kDoubleData, static_cast<size_t>(range.size())));
    tensor_.doubles.insert(tensor_.doubles.end(), range.begin(), range.end());
    return {};
  }

  Status ReadIntegers(Field field, protozero::pbf_reader& message) {
    Status status;
    EachVarint(message, [&](uint64_t value) {
      status = MakeRoom(field, 1);
      if (!status.ok()) return false;
      tensor_.ints.push_back(field == kInt32Data ? static_cast<int32_t>(value)
                                                 : static_cast<int64_t>(value));
      return true;
    });
    return status;
  }

  Status CountElements() {
    size_t elements = 1;
    for (const int64_t dim : tensor_.dims) {
      if (dim < 0) {
        return Fail(ErrorCode::kCorrupt,
                    "has a negative dimension in its shape " + ShapeText(tensor_.dims));
      }
      const auto product = CheckedMul(elements, static_cast<size_t>(dim));
      if (static_cast<uint64_t>(dim) > context_.limits().max_tensor_elements || !product ||
          *product > context_.limits().max_tensor_elements) {
        return TooManyElements();
      }
      elements = *product;
    }
    tensor_.elements = elements;
    return {};
  }

  std::string Description(const Storage& storage) const {
    return std::string("of type ") + storage.type_name + " and shape " + ShapeText(tensor_.dims);
  }

  Status CheckRaw(const Storage& storage) const {
    if (values_ != 0) {
      return Fail(ErrorCode::kCorrupt,
                  std::string("has values both in raw_data and in ") + FieldName(field_));
    }
    const auto bytes = CheckedMul(tensor_.elements, storage.bytes);
    if (bytes == tensor_.raw.size()) return {};
    return Fail(ErrorCode::kCorrupt,
                Description(storage) + " needs " + std::to_string(bytes.value_or(0)) +
                    " bytes of raw_data, but has " + std::to_string(tensor_.raw.size()));
  }

  Status CheckValues(const Storage& storage) const {
    if (values_ != tensor_.elements || (values_ != 0 && field_ != storage.field)) {
      return Fail(ErrorCode::kCorrupt, Description(storage) + " needs " +
                                           std::to_string(tensor_.elements) + " values in " +
                                           FieldName(storage.field) + ", but has " +
                                           std::to_string(values_) + (values_ == 0 ? "" : " in ") +
                                           (values_ == 0 ? "" : FieldName(field_)));
    }
    for (const int64_t value : tensor_.ints) {
      if (value < storage.lowest || value > storage.highest) {
        return Fail(ErrorCode::kCorrupt, Description(storage) + " holds the value " +
                                             std::to_string(value) + ", which that type cannot");
      }
    }
    return {};
  }

  Context& context_;
  Tensor tensor_;
  int32_t data_type_ = 0;
  Field field_ = kNone;  // of the values counted below
  size_t values_ = 0;    // outside raw_data
};

}  // namespace

Result<Tensor> ReadTensor(protozero::pbf_reader message, Context& context) {
  DFN_CHECK(context.CountTensor());
  return TensorReader(context).Read(message);
}

}  // namespace dfn::onnx
