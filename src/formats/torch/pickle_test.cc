#include "formats/torch/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/testing/torch_zip.h"
#include "formats/torch/opcodes.h"

namespace dfn::torch {
namespace {

using pickle::Dict;
using pickle::Global;
using pickle::Int;
using pickle::Ints;
using pickle::kEmptyOrderedDict;
using pickle::kProto2;
using pickle::Storage;
using pickle::Str;
using pickle::Tensor;
using testing::ElementsAre;
using testing::HasSubstr;

Result<std::vector<NamedTensorView>> Read(const std::string& pickle, const Limits& limits = {}) {
  return ReadStateDictPickle(AsBytes(pickle), "f.ckpt: data.pkl", limits);
}

void ExpectError(const std::string& pickle, ErrorCode code, const std::string& sentence,
                 const Limits& limits = {}) {
  const auto result = Read(pickle, limits);
  ASSERT_FALSE(result.ok()) << sentence;
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_THAT(result.error().message, HasSubstr("f.ckpt: data.pkl: "));
  EXPECT_THAT(result.error().message, HasSubstr(sentence));
}

const std::string kTensorA = Tensor(Storage("FloatStorage", "0", 6), 0, {2, 3}, {3, 1});
const std::string kStateDict = kProto2 + kEmptyOrderedDict + "(" + Str("a") + kTensorA + Str("b") +
                               Tensor(Storage("HalfStorage", "1", 8), 2, {2, 2}, {1, 3}) + "u}" +
                               Str("_metadata") + kEmptyOrderedDict + Str("") +
                               Dict(Str("version") + Int(1)) + "s" + "sb.";

TEST(PickleTest, ReadsAStateDict) {
  const auto tensors = Read(kStateDict);
  ASSERT_TRUE(tensors.ok()) << tensors.error().message;
  ASSERT_EQ(tensors->size(), 2u);
  EXPECT_EQ((*tensors)[0].name, "a");
  const TensorView& b = (*tensors)[1].view;
  EXPECT_EQ(b.storage, "1");
  EXPECT_EQ(b.storage_elements, 8u);
  EXPECT_EQ(b.type, ElementType::kFloat16);
  EXPECT_EQ(b.offset, 2u);
  EXPECT_THAT(b.shape, ElementsAre(2, 2));
  EXPECT_THAT(b.strides, ElementsAre(1, 3));
  EXPECT_EQ(b.elements, 4u);
}

TEST(PickleTest, ReadsWhatOtherProtocolsWrite) {
  // Framed, with short strings, memo and globals taken from the stack.
  const auto shorter = [](const std::string& text) {
    return std::string("\x8c") + std::string(1, static_cast<char>(text.size())) + text + "\x94";
  };
  const auto global = [&](const std::string& module, const std::string& name) {
    return shorter(module) + shorter(name) + "\x93\x94";
  };
  const std::string pickle =
      "\x80\x04\x95" + LittleEndian(uint64_t{0}) + "}\x94" + shorter("x") +
      global("torch._utils", "_rebuild_parameter") + global("torch._utils", "_rebuild_tensor_v2") +
      "((" + shorter("storage") + global("torch", "LongStorage") + shorter("7") + shorter("cpu") +
      std::string("\x8a\x01\x02", 3) + "tQK\x01K\x01\x85K\x01\x85\x89" +
      global("collections", "OrderedDict") + ")Rt\x94R\x88" + kEmptyOrderedDict + "\x87Rs.";
  const auto tensors = Read(pickle);
  ASSERT_TRUE(tensors.ok()) << tensors.error().message;
  ASSERT_EQ(tensors->size(), 1u);
  EXPECT_EQ((*tensors)[0].view.storage, "7");
  EXPECT_EQ((*tensors)[0].view.offset, 1u);
  EXPECT_THAT((*tensors)[0].view.shape, ElementsAre(1));
}

TEST(PickleTest, EveryTruncationIsAnError) {
  for (size_t size = 0; size < kStateDict.size(); ++size) {
    const auto result = Read(kStateDict.substr(0, size));
    ASSERT_FALSE(result.ok()) << size;
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt) << size;
  }
  ExpectError(kStateDict + "N", ErrorCode::kCorrupt, "does not end");
}

TEST(PickleTest, NothingIsCalled) {
  ExpectError(kProto2 + Global("os", "system") + Str("true") + "\x85R.", ErrorCode::kUnsupported,
              "asks for \"os.system\", which no state dict needs; nothing was run");
  ExpectError(kProto2 + Global("posix", "system") + Str("true") + "\x85R.", ErrorCode::kUnsupported,
              "\"posix.system\"");
  ExpectError(kProto2 + Str("builtins") + Str("eval") + "\x93.", ErrorCode::kUnsupported,
              "\"builtins.eval\"");
  ExpectError(kProto2 + Global("torch", "load") + ".", ErrorCode::kUnsupported, "\"torch.load\"");
  ExpectError(kProto2 + "(" + Str("true") + "ios\nsystem\n.", ErrorCode::kUnsupported,
              "has the opcode INST");
}

// All bytes but the opcodes of the list, so that a new opcode cannot slip in.
TEST(PickleTest, EveryOtherOpcodeIsRefusedByName) {
  const std::string known = "(.NJKMX)t}squrhjcRbQ\x8a\x88\x89\x8c\x85\x86\x87\x94\x93\x80\x95";
  size_t refused = 0;
  for (int opcode = 0; opcode < 256; ++opcode) {
    if (known.find(static_cast<char>(opcode)) != std::string::npos) continue;
    const std::string name = ForeignOpcodeName(static_cast<uint8_t>(opcode));
    ExpectError(kProto2 + std::string(1, static_cast<char>(opcode)), ErrorCode::kUnsupported,
                "has the opcode " + name + " at byte 2");
    ++refused;
  }
  EXPECT_EQ(refused, 256 - known.size());
}

TEST(PickleTest, CirclesAreRefused) {
  // d = {}; d["a"] = d
  ExpectError(kProto2 + std::string("}q\x00", 3) + Str("a") + std::string("h\x00s.", 4),
              ErrorCode::kUnsupported, "into two places or into itself");
  // d = {}; c = {"d": d}; d["c"] = c
  ExpectError(
      kProto2 + std::string("}q\x00", 3) + Str("c") + "}" + Str("d") + std::string("h\x00ss.", 5),
      ErrorCode::kUnsupported, "into two places or into itself");
  // c = {}; c["t"] = (c,); {"x": c}
  ExpectError(kProto2 + "}" + Str("x") + std::string("}q\x00", 3) + Str("t") +
                  std::string("h\x00\x85s", 4) + "s.",
              ErrorCode::kUnsupported, "into two places or into itself");
}

TEST(PickleTest, DepthAndCountsAreLimited) {
  ExpectError(kProto2 + std::string(100, '('), ErrorCode::kLimit, "more than 64 levels deep");
  ExpectError(kProto2 + std::string(1'100'000, 'N'), ErrorCode::kLimit, "values on its stack");
  ExpectError(kProto2 + std::string(17 << 20, 'N'), ErrorCode::kLimit, "bytes long");
  std::string containers = kProto2 + "N";
  for (int i = 0; i < 1'100'000; ++i) containers += "}\x86";
  ExpectError(containers, ErrorCode::kLimit, "containers of a kind");
  Limits limits;
  limits.max_tensors = 1;
  ExpectError(kStateDict, ErrorCode::kLimit, "more than 1 tensors", limits);
  limits = {};
  limits.max_name_bytes = 6;
  ExpectError(kStateDict, ErrorCode::kLimit, "string of 7 bytes, the limit is 6", limits);
}

std::string OneTensor(const std::string& tensor) {
  return kProto2 + Dict(Str("enc.w") + tensor) + ".";
}

TEST(PickleTest, TensorsStayInsideTheirStorage) {
  const std::string storage = Storage("FloatStorage", "0", 6);
  const auto expect = [&](int32_t offset, std::vector<int32_t> shape, std::vector<int32_t> strides,
                          ErrorCode code, const std::string& sentence) {
    ExpectError(OneTensor(Tensor(storage, offset, shape, strides)), code,
                "tensor \"enc.w\" " + sentence);
  };
  expect(1, {2, 3}, {3, 1}, ErrorCode::kCorrupt, "reaches beyond its storage \"0\", which has 6");
  expect(0, {2, 3}, {4, 1}, ErrorCode::kCorrupt, "reaches beyond");
  expect(0, {2}, {2147483647}, ErrorCode::kCorrupt, "reaches beyond");
  expect(0, {7}, {0}, ErrorCode::kCorrupt, "has more elements (7)");
  expect(0, {65536, 65536}, {1, 1}, ErrorCode::kLimit, "has more than 67108864 elements");
  expect(0, {2147483647, 2147483647, 2147483647}, {0, 0, 0}, ErrorCode::kLimit, "has more than");
  expect(0, {2, 3}, {1}, ErrorCode::kCorrupt, "has 2 sizes, but 1 strides");
  expect(0, {-1}, {1}, ErrorCode::kCorrupt, "has a size or stride that is no count");
  expect(-1, {1}, {1}, ErrorCode::kCorrupt, "is made from arguments of the wrong kind");
  expect(0, std::vector<int32_t>(9, 1), std::vector<int32_t>(9, 1), ErrorCode::kLimit,
         "has 9 dimensions, the limit is 8");
}

TEST(PickleTest, OnlyTensorsStandInAStateDict) {
  ExpectError(kProto2 + Dict(Str("epoch") + Int(3)) + ".", ErrorCode::kUnsupported,
              "entry \"epoch\" is an integer, but a state dict holds tensors alone");
  ExpectError(kProto2 + Dict(Str("model") + Dict(Str("a") + kTensorA)) + ".",
              ErrorCode::kUnsupported, "entry \"model\" is a dictionary");
  ExpectError(kProto2 + Dict(Int(1) + kTensorA) + ".", ErrorCode::kUnsupported,
              "key that is an integer");
  ExpectError(kProto2 + kTensorA + ".", ErrorCode::kCorrupt, "a tensor in place of a dictionary");
}

TEST(PickleTest, BrokenProgramsAreErrors) {
  const std::pair<std::string, std::string> cases[] = {
      {"u", "ends a group that was not begun"},
      {"t", "ends a group that was not begun"},
      {std::string("}(") + Str("a") + "u.", "key without a value"},
      {Str("a") + "Ns", "empty stack"},
      {Str("a") + Str("a") + "Ns", "puts items into a string"},
      {"\x85", "empty stack"},
      {"N(\x85", "empty stack"},
      {std::string("h\x00", 2), "empty slot of its memo"},
      {std::string("j") + LittleEndian(uint32_t{0xffffffff}), "empty slot of its memo"},
      {std::string("Nr") + LittleEndian(uint32_t{0xffffffff}), "leaves out slots"},
      {std::string("q\x00", 2), "empty stack"},
      {"N)R", "None in place of a class or function"},
      {Global("collections", "OrderedDict") + "NR", "None in place of a tuple"},
      {Global("torch", "FloatStorage") + ")R", "wrong arguments"},
      {Global("torch._utils", "_rebuild_parameter") + ")R", "wrong arguments"},
      {Global("torch._utils", "_rebuild_tensor_v2") + "(NNNNNNtR", "arguments of the wrong kind"},
      {Ints({1, 2, 3, 4, 5}) + "Q", "persistent id that is no storage"},
      {"}}b", "attributes to a plain dictionary"},
      {"\x8a\x09", "more than 64 bits"},
      {"cos", "cut short"},
      {"N.", "None in place of a dictionary"},
      {"N}.", "does not end with its one result"},
  };
  for (const auto& [program, sentence] : cases) {
    ExpectError(kProto2 + program, ErrorCode::kCorrupt, sentence);
  }
  ExpectError("\x80\x09N.", ErrorCode::kUnsupported, "protocol 9");
  ExpectError(kProto2 + Global("collections", "OrderedDict") + "N\x85R", ErrorCode::kUnsupported,
              "OrderedDict out of items");
  ExpectError(OneTensor(Global("torch._utils", "_rebuild_tensor_v2") + Ints({1, 2, 3}) + "R"),
              ErrorCode::kUnsupported, "made from 3 arguments");
}

}  // namespace
}  // namespace dfn::torch
