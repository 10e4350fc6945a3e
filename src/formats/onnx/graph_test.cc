#include "formats/onnx/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dfn::onnx {
namespace {

using testing::ElementsAre;

Tensor RawTensor(DataType type, Bytes raw) {
  Tensor tensor;
  tensor.name = "w";
  tensor.type = type;
  tensor.raw = raw;
  return tensor;
}

TEST(NodeTest, AttributesByNameAndKind) {
  Node node;
  node.attributes.push_back({"group", int64_t{4}});
  node.attributes.push_back({"pads", std::vector<int64_t>{0, 1}});
  node.attributes.push_back({"equation", std::string("ab,bc->ac")});
  EXPECT_EQ(node.Int("group", 1), 4);
  EXPECT_EQ(node.Int("absent", 1), 1);
  EXPECT_EQ(node.Int("pads", 1), 1);
  EXPECT_THAT(node.Ints("pads", {}), ElementsAre(0, 1));
  EXPECT_THAT(node.Ints("group", {9}), ElementsAre(9));
  EXPECT_EQ(node.String("equation", ""), "ab,bc->ac");
  EXPECT_EQ(node.String("group", "none"), "none");
  EXPECT_EQ(node.Find("absent"), nullptr);
}

TEST(ToFloatsTest, EveryHalfIsExact) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const uint8_t raw[] = {static_cast<uint8_t>(bits), static_cast<uint8_t>(bits >> 8)};
    const float value = ToFloats(RawTensor(DataType::kFloat16, raw))->at(0);
    const int exponent = static_cast<int>(bits >> 10 & 31);
    const float fraction = static_cast<float>(bits & 1023);
    EXPECT_EQ(std::signbit(value), bits >= 0x8000);
    if (exponent == 31) {
      EXPECT_EQ(std::isinf(value), fraction == 0);
      EXPECT_EQ(std::isnan(value), fraction != 0);
    } else {
      const float expected =
          exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
      EXPECT_EQ(std::fabs(value), expected) << bits;
    }
  }
}

TEST(ToFloatsTest, RawFloatDoubleAndBfloat16) {
  const uint8_t one_float[] = {0, 0, 0x80, 0x3f};
  const uint8_t one_double[] = {0, 0, 0, 0, 0, 0, 0xf0, 0xbf};
  const uint8_t one_bfloat16[] = {0x80, 0x3f};
  EXPECT_THAT(*ToFloats(RawTensor(DataType::kFloat, one_float)), ElementsAre(1.0f));
  EXPECT_THAT(*ToFloats(RawTensor(DataType::kDouble, one_double)), ElementsAre(-1.0f));
  EXPECT_THAT(*ToFloats(RawTensor(DataType::kBfloat16, one_bfloat16)), ElementsAre(1.0f));
}

TEST(ToFloatsTest, ValuesOutsideRawData) {
  Tensor tensor;
  tensor.type = DataType::kFloat16;
  tensor.ints = {0x3c00, 0xc000};
  EXPECT_THAT(*ToFloats(tensor), ElementsAre(1.0f, -2.0f));
  tensor.type = DataType::kDouble;
  tensor.doubles = {0.25};
  EXPECT_THAT(*ToFloats(tensor), ElementsAre(0.25f));
}

TEST(ToFloatsTest, IntegersAreNoFloats) {
  const auto result = ToFloats(RawTensor(DataType::kInt64, {}));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(result.error().message,
            "tensor \"w\" has the ONNX data type 7, but floating-point numbers are expected");
}

TEST(ToIntsTest, RawIntegersKeepTheirSign) {
  const uint8_t ones[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  const Bytes all(ones);
  EXPECT_THAT(*ToInts(RawTensor(DataType::kUint8, all.first(1))), ElementsAre(255));
  EXPECT_THAT(*ToInts(RawTensor(DataType::kInt8, all.first(1))), ElementsAre(-1));
  EXPECT_THAT(*ToInts(RawTensor(DataType::kUint16, all.first(2))), ElementsAre(65535));
  EXPECT_THAT(*ToInts(RawTensor(DataType::kInt16, all.first(2))), ElementsAre(-1));
  EXPECT_THAT(*ToInts(RawTensor(DataType::kUint32, all.first(4))), ElementsAre(4294967295));
  EXPECT_THAT(*ToInts(RawTensor(DataType::kInt32, all.first(4))), ElementsAre(-1));
  EXPECT_THAT(*ToInts(RawTensor(DataType::kInt64, all)), ElementsAre(-1));
}

TEST(ToIntsTest, HugeUnsignedAndFloatsAreRefused) {
  const uint8_t ones[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  EXPECT_EQ(ToInts(RawTensor(DataType::kUint64, ones)).error().message,
            "tensor \"w\" holds integers of 2^63 and more");
  EXPECT_EQ(ToInts(RawTensor(DataType::kFloat, {})).error().code, ErrorCode::kUnsupported);
}

TEST(ShapeTextTest, ReadsAsInPython) {
  EXPECT_EQ(ShapeText({64, 1, 3, 3}), "[64, 1, 3, 3]");
  EXPECT_EQ(ShapeText({}), "[]");
}

}  // namespace
}  // namespace dfn::onnx
