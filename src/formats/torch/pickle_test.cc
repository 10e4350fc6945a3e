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

Result<std::vector<NamedTensorView>> Read(const std::string& pickle, const Limits& limits = {},
                                          std::string_view landmark = {}) {
  return ReadStateDictPickle(AsBytes(pickle), "f.ckpt: data.pkl", limits, landmark);
}

// The names of the tensors that are found, joined; or the error.
std::string Names(const std::string& pickle, std::string_view landmark = {}) {
  const auto tensors = Read(pickle, {}, landmark);
  if (!tensors) return tensors.error().message;
  std::string names;
  for (const NamedTensorView& tensor : *tensors) names += tensor.name + " ";
  return names;
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

std::string OneTensor(const std::string& tensor) {
  return kProto2 + Dict(Str("enc.w") + tensor) + ".";
}

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
  const std::string known =
      "(.NJKMX)t}squrhjcRbQ\x8a\x88\x89\x8c\x85\x86\x87\x94\x93\x80\x95"
      "GBC]ae\x81\x8d\x8e\x8f\x90\x91\x92\x96";
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

TEST(PickleTest, CirclesEnd) {
  const std::string circle = "is a dictionary, but a state dict holds tensors alone";
  // d = {}; d["a"] = d
  ExpectError(kProto2 + std::string("}q\x00", 3) + Str("a") + std::string("h\x00s.", 4),
              ErrorCode::kUnsupported, circle);
  // d = {}; c = {"d": d}; d["c"] = c
  ExpectError(
      kProto2 + std::string("}q\x00", 3) + Str("c") + "}" + Str("d") + std::string("h\x00ss.", 5),
      ErrorCode::kUnsupported, circle);
  // c = {}; c["t"] = (c,); {"x": c}
  ExpectError(kProto2 + "}" + Str("x") + std::string("}q\x00", 3) + Str("t") +
                  std::string("h\x00\x85s", 4) + "s.",
              ErrorCode::kUnsupported, circle);
  // d = {"w": tensor}; d["d"] = d
  EXPECT_EQ(Names(kProto2 + std::string("}q\x00(", 4) + Str("w") + kTensorA + Str("d") +
                  std::string("h\x00u.", 4)),
            "w ");
}

TEST(PickleTest, DepthAndCountsAreLimited) {
  ExpectError(kProto2 + std::string(100, '('), ErrorCode::kLimit, "more than 64 levels deep");
  ExpectError(kProto2 + std::string(1'100'000, 'N'), ErrorCode::kLimit, "values on its stack");
  std::string containers = kProto2 + "]";
  for (int i = 0; i < 1'100'000; ++i) containers += "}a";
  ExpectError(containers, ErrorCode::kLimit, "values or containers of a kind");
  // One value in the memo, again and again in a dictionary.
  std::string items = kProto2 + std::string("Nq\x00}", 4);
  for (int i = 0; i < 550'000; ++i) items += std::string("h\x00h\x00s", 5);
  ExpectError(items, ErrorCode::kLimit, "items in its containers");
  Limits limits;
  limits.max_file_bytes = 100;
  ExpectError(kProto2 + std::string(101, 'N'), ErrorCode::kLimit, "bytes long, the limit is 100",
              limits);
  limits = {};
  limits.max_tensors = 1;
  ExpectError(kStateDict, ErrorCode::kLimit, "more than 1 tensors", limits);
  limits = {};
  limits.max_name_bytes = 4;
  ExpectError(OneTensor(kTensorA), ErrorCode::kLimit, "a tensor's name of 5 bytes, the limit is 4",
              limits);
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
  ExpectError(kProto2 + Dict(Str("lr") + "G" + std::string(8, '\0')) + ".", ErrorCode::kUnsupported,
              "entry \"lr\" is a number");
  ExpectError(kProto2 + Dict(Str("x") + Global("a.b", "C") + ")R") + ".", ErrorCode::kUnsupported,
              "entry \"x\" is an object from \"a.b.C\"");
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

// A number, a list, a dictionary with numbers as keys, and objects of classes that nobody knows.
const std::string kTrainersState =
    Str("epoch") + Int(3) + Str("lr") + "G" + std::string(8, '\x3f') + Str("history") + "](" +
    Int(1) + Int(2) + "e" + Str("optimizer") +
    Dict(Str("state") + Dict(Int(0) + Dict(Str("step") + kTensorA)) + Str("param_groups") + "]" +
         Dict(Str("betas") + Ints({0, 1})) + "a") +
    Str("args") + Global("argparse", "Namespace") + ")\x81" + Dict(Str("path") + Str("/x")) + "b" +
    Str("rng") + Global("os", "system") + "(" + Str("true") + "tR" + Str("seen") + "\x8f(" +
    Int(1) + "\x90" + Str("frozen") + "(" + Int(1) + "\x91" + Str("raw") + "C\x02hi";

TEST(PickleTest, AStateDictIsFoundInItsWrappers) {
  const std::string state = Dict(Str("m.a") + kTensorA + Str("m.b") + kTensorA);
  EXPECT_EQ(Names(kProto2 + Dict(Str("model") + state) + "."), "m.a m.b ");
  EXPECT_EQ(Names(kProto2 + Dict(kTrainersState + Str("state_dict") + state) + "."), "m.a m.b ");
  EXPECT_EQ(Names(kProto2 + Dict(Str("a") + Dict(Str("b") + Dict(Str("c") + state))) + "."),
            "m.a m.b ");
  // Among the tensors themselves.
  EXPECT_EQ(Names(kProto2 + Dict(kTrainersState + Str("m.a") + kTensorA) + "."), "m.a ");
  // In a class that behaves like a dictionary.
  EXPECT_EQ(
      Names(kProto2 +
            Dict(Str("box") + Global("a", "Box") + ")\x81(" + Str("model") + state + "u") + "."),
      "m.a m.b ");
}

TEST(PickleTest, ALandmarkTellsTheStateDictFromOthers) {
  const std::string two = kProto2 +
                          Dict(Str("loss") + Dict(Str("window") + kTensorA) + Str("net") +
                               Dict(Str("module.enc.w") + kTensorA)) +
                          ".";
  EXPECT_THAT(Names(two),
              HasSubstr("holds 2 state dicts, ['loss'], ['net']; save the one you want"));
  EXPECT_EQ(Names(two, "enc."), "module.enc.w ");
  const std::string copies = kProto2 +
                             Dict(Str("model") + Dict(Str("enc.w") + kTensorA) + Str("ema") +
                                  Dict(Str("enc.w") + kTensorA)) +
                             ".";
  EXPECT_THAT(Names(copies, "enc."), HasSubstr("holds 2 state dicts, ['model'], ['ema']"));
  EXPECT_THAT(Names(copies, "enc."), HasSubstr("weights_only=False)['model'], 'model.ckpt')\""));
  // One object under two names is one state dict.
  EXPECT_EQ(Names(kProto2 +
                      Dict(Str("model") + Dict(Str("enc.w") + kTensorA) + std::string("q\x00", 2) +
                           Str("best") + std::string("h\x00", 2)) +
                      ".",
                  "enc."),
            "enc.w ");
  // A landmark stands at the start or behind a dot.
  EXPECT_EQ(Names(kProto2 +
                      Dict(Str("a") + Dict(Str("xenc.w") + kTensorA) + Str("b") +
                           Dict(Str("x.enc.w") + kTensorA)) +
                      ".",
                  "enc."),
            "x.enc.w ");
}

TEST(PickleTest, AWholeModelIsRefusedWithTheLineThatSavesItsWeights) {
  const std::string module =
      Global("df.deepfilternet3", "DfNet") + ")\x81" +
      Dict(Str("_parameters") + kEmptyOrderedDict + Str("_modules") + kEmptyOrderedDict) + "b";
  ExpectError(kProto2 + module + ".", ErrorCode::kUnsupported,
              "is a whole model of class \"df.deepfilternet3.DfNet\", which only Python can read; "
              "save its weights with: python3 -c \"import torch; torch.save(torch.load('FILE', "
              "weights_only=False).state_dict(), 'model.ckpt')\"");
  ExpectError(kProto2 + Dict(Str("epoch") + Int(1) + Str("model") + module) + ".",
              ErrorCode::kUnsupported, "weights_only=False)['model'].state_dict()");
}

TEST(PickleTest, WrappersOfModulesLeaveNames) {
  EXPECT_EQ(WithoutWrappers("enc.a.weight"), "enc.a.weight");
  EXPECT_EQ(WithoutWrappers("module.enc.a.weight"), "enc.a.weight");
  EXPECT_EQ(WithoutWrappers("_orig_mod.module.enc._orig_mod.a.weight"), "enc.a.weight");
  EXPECT_EQ(WithoutWrappers("_fsdp_wrapped_module._checkpoint_wrapped_module.a"), "a");
  EXPECT_EQ(WithoutWrappers("modules.module_a.module"), "modules.module_a.module");
  EXPECT_EQ(WithoutWrappers(""), "");
}

// An array as numpy 2 pickles it: an empty one, its type, and its state with the bytes.
std::string ArrayOf(const std::string& type, const std::string& order, const std::string& shape,
                    const std::string& fortran, const std::string& bytes) {
  return Global("numpy._core.multiarray", "_reconstruct") + "(" + Global("numpy", "ndarray") +
         Ints({0}) +
         "C\x01"
         "btR(K\x01" +
         shape + Global("numpy", "dtype") + "(" + Str(type) + "\x89\x88tR(K\x03" + Str(order) +
         "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff" + std::string("K\x00", 2) + "tb" + fortran +
         bytes + "tb";
}

TEST(PickleTest, ReadsArraysOfNumpy) {
  const std::string bytes = "C\x18" + std::string(24, 'x');
  const auto read = [](const std::string& array) { return Read(OneTensor(array)); };
  const auto plain = read(ArrayOf("f4", "<", Ints({2, 3}), "\x89", bytes));
  ASSERT_TRUE(plain.ok()) << plain.error().message;
  const TensorView& view = (*plain)[0].view;
  EXPECT_EQ(view.type, ElementType::kFloat32);
  EXPECT_THAT(view.shape, ElementsAre(2, 3));
  EXPECT_THAT(view.strides, ElementsAre(3, 1));
  ASSERT_TRUE(view.raw.has_value());
  EXPECT_EQ(view.raw->bytes.size(), 24u);
  const auto fortran = read(ArrayOf("f8", "<", Ints({1, 3}), "\x88", bytes));
  ASSERT_TRUE(fortran.ok()) << fortran.error().message;
  EXPECT_THAT((*fortran)[0].view.strides, ElementsAre(1, 1));
  // Protocol 2 has no bytes, but a text to be encoded.
  const auto text = read(ArrayOf("f4", "<", Ints({1}), "\x89",
                                 Global("_codecs", "encode") + "(" +
                                     Str("\xc2\x80\xc3\xbf"
                                         "ab") +
                                     Str("latin1") + "tR"));
  ASSERT_TRUE(text.ok()) << text.error().message;
  EXPECT_TRUE((*text)[0].view.raw->is_utf8);
  // Protocol 5 hands the bytes to a function.
  const auto buffer = read(Global("numpy._core.numeric", "_frombuffer") + "(\x96" +
                           LittleEndian(uint64_t{8}) + "12345678" + Global("numpy", "dtype") + "(" +
                           Str("i8") + "\x89\x88tR" + Ints({1}) + Str("C") + "tR");
  ASSERT_TRUE(buffer.ok()) << buffer.error().message;
  EXPECT_EQ((*buffer)[0].view.type, ElementType::kInt64);
  ExpectError(OneTensor(ArrayOf("f4", ">", Ints({6}), "\x89", bytes)), ErrorCode::kUnsupported,
              "tensor \"enc.w\" is a big-endian numpy array of type \"f4\"");
  ExpectError(OneTensor(ArrayOf("f4", "<", Ints({1 << 30}), "\x89", bytes)), ErrorCode::kLimit,
              "tensor \"enc.w\" has more than");
  // Arrays of texts are no tensors.
  EXPECT_EQ(Names(kProto2 +
                  Dict(Str("names") + ArrayOf("U6", "<", Ints({1}), "\x89", bytes) + Str("w") +
                       kTensorA) +
                  "."),
            "names w ");
}

}  // namespace
}  // namespace dfn::torch
