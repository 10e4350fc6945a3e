#include "formats/safetensors/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/testing/safetensors_file.h"

namespace dfn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using torch::AsBytes;

const std::string kOneAndMinusTwo("\x00\x00\x80\x3f\x00\x00\x00\xc0", 8);

Result<StateDict> Read(const std::string& file, const Limits& limits = {}) {
  return ReadSafetensors(AsBytes(file), "m.safetensors", limits);
}

void ExpectError(const std::string& file, ErrorCode code, const std::string& sentence,
                 const Limits& limits = {}) {
  const Result<StateDict> state = Read(file, limits);
  ASSERT_FALSE(state.ok()) << sentence;
  EXPECT_EQ(state.error().code, code) << state.error().message;
  EXPECT_THAT(state.error().message, HasSubstr("m.safetensors: "));
  EXPECT_THAT(state.error().message, HasSubstr(sentence));
}

std::string OneEntry(const std::string& entry, const std::string& values = kOneAndMinusTwo) {
  return SafetensorsFile("{" + entry + "}", values);
}

// As the Python package writes it: metadata first, and spaces behind the header.
TEST(SafetensorsTest, ReadsEveryType) {
  const std::string halves("\x00\x3c\x00\xc0", 4);  // 1, -2
  const std::string brains("\x80\x3f\x00\xc0", 4);  // 1, -2
  const std::string doubles("\x00\x00\x00\x00\x00\x00\xf0\x3f", 8);
  const std::string file =
      SafetensorsFile(R"({"__metadata__":{"format":"pt","note":"{\"shape\":[1]}"},)" +
                          SafetensorsEntry("float", "F32", "[2,1]", 0, 8) + "," +
                          SafetensorsEntry("half", "F16", "[2]", 8, 12) + "," +
                          SafetensorsEntry("brain", "BF16", "[1,2]", 12, 16) + "," +
                          SafetensorsEntry("double", "F64", "[]", 16, 24) + "," +
                          SafetensorsEntry("count", "I64", "[1]", 24, 32) + "," +
                          SafetensorsEntry("flag", "BOOL", "[1]", 32, 33) + "," +
                          SafetensorsEntry("none", "F32", "[0,3]", 33, 33) + "}    ",
                      kOneAndMinusTwo + halves + brains + doubles +
                          std::string("\xfe\xff\xff\xff\xff\xff\xff\xff", 8) + "\x01");
  const Result<StateDict> state = Read(file);
  ASSERT_TRUE(state.ok()) << state.error().message;
  EXPECT_EQ(state->size(), 7u);
  EXPECT_THAT(state->at("float").floats, ElementsAre(1.0f, -2.0f));
  EXPECT_THAT(state->at("float").shape, ElementsAre(2, 1));
  EXPECT_THAT(state->at("half").floats, ElementsAre(1.0f, -2.0f));
  EXPECT_THAT(state->at("brain").floats, ElementsAre(1.0f, -2.0f));
  EXPECT_THAT(state->at("double").floats, ElementsAre(1.0f));
  EXPECT_THAT(state->at("double").shape, IsEmpty());
  EXPECT_THAT(state->at("count").ints, ElementsAre(-2));
  EXPECT_THAT(state->at("flag").ints, ElementsAre(1));
  EXPECT_THAT(state->at("none").floats, IsEmpty());
}

TEST(SafetensorsTest, TensorsLieInTheFile) {
  ExpectError(
      OneEntry(SafetensorsEntry("w", "F32", "[2]", 0, 12)), ErrorCode::kCorrupt,
      "tensor \"w\" lies at bytes 0 to 12, but the file has 8 bytes of values: it is damaged "
      "or cut short; download or copy it again");
  ExpectError(OneEntry(SafetensorsEntry("w", "F32", "[2]", 8, 0)), ErrorCode::kCorrupt,
              "lies at bytes 8 to 0");
  ExpectError(OneEntry(SafetensorsEntry("w", "F32", "[2]", 0, 4)), ErrorCode::kCorrupt,
              "has 4 bytes, but its shape asks for 8");
  ExpectError(OneEntry(SafetensorsEntry("w", "F32", "[65536,65536,65536,65536]", 0, 8)),
              ErrorCode::kLimit, "tensor \"w\" has more than 67108864 elements");
  ExpectError(OneEntry(SafetensorsEntry("w", "F32", "[1,1,1,1,1,1,1,1,1]", 0, 4)),
              ErrorCode::kLimit, "has more than 8 numbers in \"shape\" of tensor \"w\"");
  ExpectError(OneEntry(SafetensorsEntry("w", "F8_E4M3", "[8]", 0, 8)), ErrorCode::kUnsupported,
              "tensor \"w\" is of type \"F8_E4M3\", expected F32, F16, BF16 or F64");
}

TEST(SafetensorsTest, BrokenHeadersAreRefused) {
  const char* object = "has a header that is no object of tensors";
  const std::pair<std::string, std::string> headers[] = {
      {"{", "has a header that is no JSON at byte"},
      {"{}}", "has a header that is no JSON at byte"},
      {"{\"w\":{\"dtype\":\"\xff\"}}", "has a header that is no JSON at byte"},
      {"{\"w\":1}", object},
      {"{\"w\":null}", object},
      {"{\"w\":\"F32\"}", object},
      {"{\"w\":[1]}", object},
      {R"({"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", object},
      {R"({"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", object},
      {R"({"w":{"dtype":"F32","shape":[1e99],"data_offsets":[0,4]}})", object},
      {R"({"w":{"dtype":"F32","data_offsets":[0,4]}})", "has no shape or no two data_offsets"},
      {R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", "no two data_offsets"},
      {R"({"w":{"shape":[1],"data_offsets":[0,4]}})", "tensor \"w\" is of type \"\""},
  };
  for (const auto& [header, sentence] : headers) {
    const Result<StateDict> state = Read(SafetensorsFile(header, kOneAndMinusTwo));
    ASSERT_FALSE(state.ok()) << header;
    EXPECT_THAT(state.error().message, HasSubstr(sentence)) << header;
  }
  const std::string entry = SafetensorsEntry("w", "F32", "[2]", 0, 8);
  ExpectError(OneEntry(entry + "," + entry), ErrorCode::kCorrupt, "has two entries \"w\"");
  ExpectError("", ErrorCode::kCorrupt, "is no safetensors file");
  ExpectError("PK\x03\x04 and more", ErrorCode::kCorrupt, "is no safetensors file");
}

TEST(SafetensorsTest, SizesAreLimited) {
  const std::string file = OneEntry(SafetensorsEntry("name", "F32", "[2]", 0, 8));
  const auto with = [](auto member, size_t value) {
    Limits limits;
    limits.*member = value;
    return limits;
  };
  ExpectError(file, ErrorCode::kLimit, "bytes long, the limit is 9",
              with(&Limits::max_file_bytes, 9));
  ExpectError(file, ErrorCode::kLimit, "has a name of 4 bytes, the limit is 3",
              with(&Limits::max_name_bytes, 3));
  ExpectError(file, ErrorCode::kLimit, "has more than 0 tensors", with(&Limits::max_tensors, 0));
  ExpectError(file, ErrorCode::kLimit, "take more than 7 bytes",
              with(&Limits::max_archive_bytes, 7));
  ExpectError(file, ErrorCode::kLimit, "more than 1 elements",
              with(&Limits::max_tensor_elements, 1));
  std::string huge = file;
  huge[3] = '\x7f';
  ExpectError(huge, ErrorCode::kLimit, "has a header of");
  ExpectError(file.substr(0, 20), ErrorCode::kCorrupt, "is cut short: its header has");
  // Depth takes no memory.
  const std::string deep = std::string(1 << 20, '[') + std::string(1 << 20, ']');
  EXPECT_TRUE(Read(SafetensorsFile("{\"__metadata__\":{\"a\":" + deep + "}}", "")).ok());
}

TEST(SafetensorsTest, AreToldByTheirBeginning) {
  EXPECT_TRUE(LooksLikeSafetensors(AsBytes(SafetensorsFile("{}", ""))));
  EXPECT_FALSE(LooksLikeSafetensors(AsBytes("version ht{ps")));
  EXPECT_FALSE(LooksLikeSafetensors(AsBytes("12345678")));
}

TEST(SafetensorsTest, EveryTruncationIsAnError) {
  const std::string file = OneEntry(SafetensorsEntry("w", "F32", "[2]", 0, 8));
  for (size_t size = 0; size < file.size(); ++size) EXPECT_FALSE(Read(file.substr(0, size)).ok());
  EXPECT_TRUE(Read(file).ok());
}

}  // namespace
}  // namespace dfn
