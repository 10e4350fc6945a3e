#include "formats/onnx/read_tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "formats/testing/onnx_wire.h"

namespace dfn::onnx {
namespace {

using protozero::pbf_writer;
using testing::ElementsAre;

// A TensorProto "w" of this type and shape with what `fill` adds.
template <class Fill>
std::string TensorOf(DataType type, const std::vector<int64_t>& dims, Fill fill) {
  return Message([&](pbf_writer& tensor) {
    tensor.add_packed_int64(1, dims.begin(), dims.end());
    tensor.add_int32(2, static_cast<int32_t>(type));
    tensor.add_string(8, "w");
    fill(tensor);
  });
}

// The tensor when read as an initializer. Its raw data is gone with the graph.
Result<Tensor> ReadOne(const std::string& tensor, const Limits& limits = {}) {
  const auto graph =
      Read(ModelOf(Message([&](pbf_writer& writer) { writer.add_message(5, tensor); })), limits);
  if (!graph.ok()) return graph.error();
  Tensor tensor_read = graph->initializers.at(0);
  tensor_read.raw = {};
  return tensor_read;
}

void ExpectError(const std::string& tensor, ErrorCode code, const std::string& sentence,
                 const Limits& limits = {}) {
  const auto result = ReadOne(tensor, limits);
  ASSERT_FALSE(result.ok()) << sentence;
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_EQ(result.error().message, "net.onnx: tensor \"w\" " + sentence);
}

TEST(ReadTensorTest, RawDataStaysInTheFile) {
  const std::string values("\x00\x00\x80\x3f\x00\x00\x00\xc0", 8);
  const std::string tensor =
      TensorOf(DataType::kFloat, {1, 2}, [&](pbf_writer& t) { t.add_bytes(9, values); });
  const auto graph = Read(ModelOf(Message([&](pbf_writer& g) { g.add_message(5, tensor); })));
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  const Tensor& read = graph->initializers.at(0);
  EXPECT_EQ(read.name, "w");
  EXPECT_EQ(read.elements, 2u);
  EXPECT_THAT(read.dims, ElementsAre(1, 2));
  EXPECT_GE(read.raw.data(), graph->bytes->data());
  EXPECT_LE(read.raw.data() + read.raw.size(), graph->bytes->data() + graph->bytes->size());
  EXPECT_THAT(*ToFloats(read), ElementsAre(1.0f, -2.0f));
}

TEST(ReadTensorTest, DataMayStandBeforeTheShape) {
  const auto tensor = ReadOne(Message([](pbf_writer& t) {
    t.add_int64(7, 5);
    t.add_int64(7, 6);
    t.add_int32(2, static_cast<int32_t>(DataType::kInt64));
    t.add_int64(1, 2);
  }));
  ASSERT_TRUE(tensor.ok()) << tensor.error().message;
  EXPECT_THAT(*ToInts(*tensor), ElementsAre(5, 6));
}

TEST(ReadTensorTest, FloatDataPackedAndOneByOne) {
  const std::vector<float> values = {0.5f, 3.0f};
  const auto packed = ReadOne(TensorOf(DataType::kFloat, {2}, [&](pbf_writer& t) {
    t.add_packed_float(4, values.begin(), values.end());
  }));
  const auto single = ReadOne(TensorOf(DataType::kFloat, {2}, [&](pbf_writer& t) {
    for (const float value : values) t.add_float(4, value);
  }));
  ASSERT_TRUE(packed.ok() && single.ok());
  EXPECT_EQ(packed->floats, values);
  EXPECT_EQ(single->floats, values);
}

TEST(ReadTensorTest, DoubleDataPackedAndOneByOne) {
  const std::vector<double> values = {0.5, -3.0};
  const auto packed = ReadOne(TensorOf(DataType::kDouble, {2}, [&](pbf_writer& t) {
    t.add_packed_double(10, values.begin(), values.end());
  }));
  const auto single = ReadOne(TensorOf(DataType::kDouble, {2}, [&](pbf_writer& t) {
    for (const double value : values) t.add_double(10, value);
  }));
  ASSERT_TRUE(packed.ok() && single.ok());
  EXPECT_EQ(packed->doubles, values);
  EXPECT_EQ(single->doubles, values);
}

TEST(ReadTensorTest, IntegerFieldsPackedAndOneByOne) {
  struct Case {
    DataType type;
    uint32_t field;
    int64_t value;
  };
  for (const Case& c :
       {Case{DataType::kInt32, 5, -2'000'000'000}, Case{DataType::kInt8, 5, -128},
        Case{DataType::kUint8, 5, 255}, Case{DataType::kInt16, 5, -32768},
        Case{DataType::kUint16, 5, 65535}, Case{DataType::kBool, 5, 1},
        Case{DataType::kInt64, 7, -(1LL << 62)}, Case{DataType::kUint32, 11, 4'000'000'000},
        Case{DataType::kUint64, 11, 1LL << 62}}) {
    const std::vector<int64_t> values = {c.value, 1};
    const auto packed = ReadOne(TensorOf(c.type, {2}, [&](pbf_writer& t) {
      t.add_packed_int64(c.field, values.begin(), values.end());
    }));
    const auto single = ReadOne(TensorOf(c.type, {2}, [&](pbf_writer& t) {
      for (const int64_t value : values) t.add_int64(c.field, value);
    }));
    ASSERT_TRUE(packed.ok()) << packed.error().message;
    ASSERT_TRUE(single.ok()) << single.error().message;
    EXPECT_EQ(*ToInts(*packed), values);
    EXPECT_EQ(*ToInts(*single), values);
  }
}

TEST(ReadTensorTest, HalvesStandAsBitsInInt32Data) {
  for (const DataType type : {DataType::kFloat16, DataType::kBfloat16}) {
    const auto tensor = ReadOne(TensorOf(type, {1}, [](pbf_writer& t) { t.add_int32(5, 0x8000); }));
    ASSERT_TRUE(tensor.ok()) << tensor.error().message;
    EXPECT_THAT(*ToFloats(*tensor), ElementsAre(-0.0f));
  }
}

TEST(ReadTensorTest, ScalarsAndEmptyTensors) {
  const auto scalar =
      ReadOne(TensorOf(DataType::kFloat, {}, [](pbf_writer& t) { t.add_float(4, 7.0f); }));
  ASSERT_TRUE(scalar.ok()) << scalar.error().message;
  EXPECT_EQ(scalar->elements, 1u);
  const auto empty = ReadOne(TensorOf(DataType::kInt64, {3, 0}, [](pbf_writer&) {}));
  ASSERT_TRUE(empty.ok()) << empty.error().message;
  EXPECT_EQ(empty->elements, 0u);
  EXPECT_TRUE(ToInts(*empty)->empty());
}

TEST(ReadTensorTest, WrongAmountOfData) {
  ExpectError(TensorOf(DataType::kFloat, {2, 3}, [](pbf_writer& t) { t.add_bytes(9, "1234567"); }),
              ErrorCode::kCorrupt,
              "of type float and shape [2, 3] needs 24 bytes of raw_data, but has 7");
  ExpectError(TensorOf(DataType::kFloat, {2}, [](pbf_writer& t) { t.add_float(4, 1.0f); }),
              ErrorCode::kCorrupt,
              "of type float and shape [2] needs 2 values in float_data, but has 1 in float_data");
  ExpectError(TensorOf(DataType::kInt64, {2}, [](pbf_writer&) {}), ErrorCode::kCorrupt,
              "of type int64 and shape [2] needs 2 values in int64_data, but has 0");
}

TEST(ReadTensorTest, DataInTheWrongField) {
  ExpectError(TensorOf(DataType::kInt64, {1}, [](pbf_writer& t) { t.add_float(4, 1.0f); }),
              ErrorCode::kCorrupt,
              "of type int64 and shape [1] needs 1 values in int64_data, but has 1 in float_data");
  ExpectError(TensorOf(DataType::kFloat, {1},
                       [](pbf_writer& t) {
                         t.add_float(4, 1.0f);
                         t.add_bytes(9, "1234");
                       }),
              ErrorCode::kCorrupt, "has values both in raw_data and in float_data");
  ExpectError(TensorOf(DataType::kFloat, {2},
                       [](pbf_writer& t) {
                         t.add_float(4, 1.0f);
                         t.add_int32(5, 1);
                       }),
              ErrorCode::kCorrupt, "has values both in float_data and in int32_data");
}

TEST(ReadTensorTest, ValueOutsideItsType) {
  ExpectError(TensorOf(DataType::kFloat16, {1}, [](pbf_writer& t) { t.add_int32(5, 0x10000); }),
              ErrorCode::kCorrupt,
              "of type float16 and shape [1] holds the value 65536, which that type cannot");
  ExpectError(TensorOf(DataType::kInt8, {1}, [](pbf_writer& t) { t.add_int32(5, 128); }),
              ErrorCode::kCorrupt,
              "of type int8 and shape [1] holds the value 128, which that type cannot");
}

TEST(ReadTensorTest, NegativeDimension) {
  ExpectError(TensorOf(DataType::kFloat, {2, -1}, [](pbf_writer&) {}), ErrorCode::kCorrupt,
              "has a negative dimension in its shape [2, -1]");
}

TEST(ReadTensorTest, MoreElementsThanAllowed) {
  Limits limits;
  limits.max_tensor_elements = 100;
  const auto nothing = [](pbf_writer&) {};
  ExpectError(TensorOf(DataType::kFloat, {11, 10}, nothing), ErrorCode::kLimit,
              "has more than 100 elements", limits);
  ExpectError(TensorOf(DataType::kFloat, {0, 101}, nothing), ErrorCode::kLimit,
              "has more than 100 elements", limits);
}

TEST(ReadTensorTest, ShapeWhoseProductOverflows) {
  Limits limits;
  limits.max_tensor_elements = std::numeric_limits<size_t>::max();
  ExpectError(TensorOf(DataType::kFloat, {1LL << 62, 4}, [](pbf_writer&) {}), ErrorCode::kLimit,
              "has more than " + std::to_string(limits.max_tensor_elements) + " elements", limits);
}

TEST(ReadTensorTest, MoreValuesThanAllowed) {
  Limits limits;
  limits.max_tensor_elements = 3;
  const std::vector<int64_t> four(4);
  const std::vector<float> floats(4);
  ExpectError(TensorOf(DataType::kInt64, {1},
                       [&](pbf_writer& t) { t.add_packed_int64(7, four.begin(), four.end()); }),
              ErrorCode::kLimit, "has more than 3 elements", limits);
  ExpectError(TensorOf(DataType::kFloat, {1},
                       [&](pbf_writer& t) { t.add_packed_float(4, floats.begin(), floats.end()); }),
              ErrorCode::kLimit, "has more than 3 elements", limits);
}

TEST(ReadTensorTest, TooManyDimensions) {
  Limits limits;
  limits.max_tensor_rank = 3;
  const auto result = ReadOne(TensorOf(DataType::kFloat, {1, 1, 1, 1}, [](pbf_writer&) {}), limits);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kLimit);
  EXPECT_EQ(result.error().message, "net.onnx: initializer number 1 has more than 3 dimensions");
}

TEST(ReadTensorTest, DataElsewhere) {
  ExpectError(TensorOf(DataType::kFloat, {1}, [](pbf_writer& t) { t.add_int32(14, 1); }),
              ErrorCode::kUnsupported, "keeps its data in another file");
  ExpectError(
      TensorOf(DataType::kFloat, {1}, [](pbf_writer& t) { t.add_message(13, std::string()); }),
      ErrorCode::kUnsupported, "keeps its data in another file");
  ExpectError(
      TensorOf(DataType::kFloat, {1}, [](pbf_writer& t) { t.add_message(3, std::string()); }),
      ErrorCode::kUnsupported, "is one segment of a larger tensor");
}

TEST(ReadTensorTest, TypesWithoutNumbers) {
  for (const int32_t type : {0, 8, 14, 17, -1}) {
    ExpectError(TensorOf(static_cast<DataType>(type), {1}, [](pbf_writer&) {}),
                ErrorCode::kUnsupported,
                "has the data type " + std::to_string(type) +
                    ", which holds no numbers this program reads");
  }
}

}  // namespace
}  // namespace dfn::onnx
