#include "formats/torch/state_dict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/file_content.h"
#include "common/npy.h"
#include "formats/testing/torch_zip.h"

namespace dfn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using torch::AsBytes;
using torch::ElementType;
using torch::ZipWriter;

const std::string kFolder = std::string(DFN_SOURCE_DIR) + "/tests/data/checkpoints/";

void ExpectError(const std::string& file, ErrorCode code, const std::string& sentence,
                 const Limits& limits = {}) {
  const Result<StateDict> state = ReadTorchCheckpoint(AsBytes(file), "f.ckpt", limits);
  ASSERT_FALSE(state.ok()) << sentence;
  EXPECT_EQ(state.error().code, code) << state.error().message;
  EXPECT_THAT(state.error().message, HasSubstr("f.ckpt: "));
  EXPECT_THAT(state.error().message, HasSubstr(sentence));
}

class TensorsTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string file = FileContent(kFolder + GetParam());
    Result<StateDict> state = ReadTorchCheckpoint(AsBytes(file), GetParam(), {});
    ASSERT_TRUE(state.ok()) << state.error().message;
    state_ = *std::move(state);
  }
  StateDict state_;
};

TEST_P(TensorsTest, EveryFloatingTypeAndLayoutHasPyTorchsValues) {
  for (const char* name :
       {"float", "double", "half", "bfloat16", "half_limits", "channels_last", "transposed",
        "sliced", "shared_head", "shared_tail", "scalar", "parameter"}) {
    SCOPED_TRACE(name);
    const auto expected = test::ReadNpy<float>(kFolder + "tensors_" + name + ".npy");
    ASSERT_TRUE(expected.ok()) << expected.error().message;
    ASSERT_TRUE(state_.contains(name));
    EXPECT_EQ(state_[name].shape, expected->shape);
    EXPECT_EQ(state_[name].floats, expected->values);
    EXPECT_TRUE(state_[name].ints.empty());
  }
}

TEST_P(TensorsTest, IntegersKeepTheirTypesAndSigns) {
  EXPECT_THAT(state_["long"].ints, ElementsAre(1234, -5));
  EXPECT_THAT(state_["int"].ints, ElementsAre(7, -8));
  EXPECT_THAT(state_["short"].ints, ElementsAre(7, -300));
  EXPECT_THAT(state_["char"].ints, ElementsAre(7, -8));
  EXPECT_THAT(state_["byte"].ints, ElementsAre(7, 200));
  EXPECT_THAT(state_["bool"].ints, ElementsAre(1, 0));
  EXPECT_EQ(state_["short"].type, ElementType::kInt16);
  EXPECT_TRUE(state_["long"].floats.empty());
}

TEST_P(TensorsTest, EmptyTensorsAndScalarsHaveTheirShapes) {
  EXPECT_THAT(state_["empty"].shape, ElementsAre(0, 4));
  EXPECT_TRUE(state_["empty"].floats.empty());
  EXPECT_TRUE(state_["scalar"].shape.empty());
  EXPECT_EQ(state_.size(), 19u);
}

INSTANTIATE_TEST_SUITE_P(
    All, TensorsTest, testing::Values("tensors.ckpt", "tensors_protocol4.ckpt"),
    [](const auto& test) {
      return std::string(test.param).substr(0, std::string(test.param).find('.'));
    });

// A checkpoint of one float32 tensor "w" of `shape` in storage 0.
ZipWriter OneTensor(const std::string& data, int32_t elements, const std::vector<int32_t>& shape,
                    const std::vector<int32_t>& strides) {
  ZipWriter writer;
  writer.Add("m/data.pkl",
             torch::pickle::kProto2 +
                 torch::pickle::Dict(
                     torch::pickle::Str("w") +
                     torch::pickle::Tensor(torch::pickle::Storage("FloatStorage", "0", elements), 0,
                                           shape, strides)) +
                 ".");
  writer.Add("m/data/0", data);
  return writer;
}

const std::string kTwoFloats("\x00\x00\x80\x3f\x00\x00\x00\xc0", 8);  // 1, -2

TEST(StateDictTest, ReadsFilesWithoutByteOrder) {
  const std::string file = OneTensor(kTwoFloats, 2, {2}, {1}).Finish();
  const Result<StateDict> state = ReadTorchCheckpoint(AsBytes(file), "f.ckpt", {});
  ASSERT_TRUE(state.ok()) << state.error().message;
  EXPECT_THAT(state->at("w").floats, ElementsAre(1.0f, -2.0f));
}

// What torch.save wrote before PyTorch 1.6: pickles in a row, and the values behind them.
TEST(StateDictTest, ReadsTheFormatOfOldVersions) {
  const std::string file = FileContent(kFolder + "legacy.ckpt");
  const Result<StateDict> state = ReadTorchCheckpoint(AsBytes(file), "old.ckpt", {});
  ASSERT_TRUE(state.ok()) << state.error().message;
  const auto expected = test::ReadNpy<float>(kFolder + "tensors_float.npy");
  ASSERT_TRUE(expected.ok()) << expected.error().message;
  EXPECT_EQ(state->at("float").shape, expected->shape);
  EXPECT_EQ(state->at("float").floats, expected->values);
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_FALSE(ReadTorchCheckpoint(AsBytes(file.substr(0, size)), "old.ckpt", {}).ok()) << size;
  }
}

TEST(StateDictTest, OldFilesThatDoNotAddUpAreRefused) {
  const std::string file = FileContent(kFolder + "legacy.ckpt");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string other = file;
    other.replace(other.find(from), from.size(), to);
    return other;
  };
  ExpectError(with("M\xe9\x03", "M\xea\x03"), ErrorCode::kUnsupported, "a version other than 1001");
  ExpectError(with("little_endianq\x02\x88", "little_endianq\x02\x89"), ErrorCode::kUnsupported,
              "values that are not little-endian");
  ExpectError(with(std::string(".x\x00\x00", 4), std::string(".y\x00\x00", 4)), ErrorCode::kCorrupt,
              "has 121 elements, expected 120");
  ExpectError(with("93948835353760q\x01", "93948835353761q\x01"), ErrorCode::kCorrupt,
              "has no storage \"93948835353760\"");
  ExpectError(file.substr(0, file.size() - 1), ErrorCode::kCorrupt,
              "is cut short; download or copy");
}

TEST(StateDictTest, OtherFilesAreRefused) {
  ExpectError("", ErrorCode::kCorrupt, "is no PyTorch checkpoint");
  ExpectError(FileContent(kFolder + "dfn3_none/config.ini"), ErrorCode::kCorrupt,
              "is no PyTorch checkpoint");
  ZipWriter other;
  other.Add("enc.onnx", "");
  other.Add("a/b/data.pkl", "");
  ExpectError(other.Finish(), ErrorCode::kUnsupported, "no folder in it holds data.pkl");
  Limits limits;
  limits.max_file_bytes = 10;
  ExpectError(other.Finish(), ErrorCode::kLimit, "bytes long, the limit is 10", limits);
}

TEST(StateDictTest, BigEndianFilesAreRefused) {
  ZipWriter writer = OneTensor(kTwoFloats, 2, {2}, {1});
  writer.Add("m/byteorder", "big");
  ExpectError(writer.Finish(), ErrorCode::kUnsupported, "byte order \"big\"");
}

TEST(StateDictTest, StoragesHaveTheSizeThatThePickleSays) {
  ExpectError(OneTensor(kTwoFloats, 3, {2}, {1}).Finish(), ErrorCode::kCorrupt,
              "tensor \"w\" lies in a storage of 8 bytes, expected 3 elements of float32");
  ExpectError(OneTensor(kTwoFloats.substr(1), 2, {2}, {1}).Finish(), ErrorCode::kCorrupt,
              "storage of 7 bytes");
  ExpectError(OneTensor(kTwoFloats, 1 << 30, {1 << 25}, {1}).Finish(), ErrorCode::kCorrupt,
              "storage of 8 bytes, expected 1073741824 elements");
  ZipWriter missing = OneTensor(kTwoFloats, 2, {2}, {1});
  missing.lines.pop_back();
  ExpectError(missing.Finish(), ErrorCode::kCorrupt, "has no entry \"m/data/0\"");
}

TEST(StateDictTest, AllValuesTogetherAreLimited) {
  Limits limits;
  limits.max_archive_bytes = 7;
  ExpectError(OneTensor(kTwoFloats, 2, {2}, {1}).Finish(), ErrorCode::kLimit,
              "tensor \"w\" and those before it take more than 7 bytes", limits);
}

TEST(StateDictTest, ANameMayComeOnceOnly) {
  const std::string tensor =
      torch::pickle::Str("w") +
      torch::pickle::Tensor(torch::pickle::Storage("FloatStorage", "0", 2), 0, {2}, {1});
  ZipWriter writer;
  writer.Add("m/data.pkl", torch::pickle::kProto2 + torch::pickle::Dict(tensor + tensor) + ".");
  writer.Add("m/data/0", kTwoFloats);
  ExpectError(writer.Finish(), ErrorCode::kCorrupt, "tensor \"w\" is there twice");
}

std::string NumpyArray(const std::string& bytes) {
  using namespace torch::pickle;
  return Global("numpy.core.multiarray", "_reconstruct") + "(" + Global("numpy", "ndarray") +
         Ints({0}) + "NtR(K\x01" + Ints({2}) + Global("numpy", "dtype") + "(" + Str("f4") +
         "\x89\x88tR\x89" + bytes + "tb";
}

TEST(StateDictTest, ReadsArraysOfNumpyWithAndWithoutAZip) {
  using namespace torch::pickle;
  const std::string array = NumpyArray("C\x08" + kTwoFloats);
  // Each byte of the numbers as a character in UTF-8: 0x80 and 0xc0 take two.
  const std::string text("\x00\x00\xc2\x80\x3f\x00\x00\x00\xc3\x80", 10);
  const std::string encoded =
      NumpyArray(Global("_codecs", "encode") + "(" + Str(text) + Str("latin1") + "tR");
  const std::string pickled = kProto2 + Dict(Str("w") + array + Str("v") + encoded) + ".";
  ZipWriter zip;
  zip.Add("m/data.pkl", pickled);
  for (const std::string& file : {pickled, zip.Finish()}) {
    const Result<StateDict> state = ReadTorchCheckpoint(AsBytes(file), "f.ckpt", {});
    ASSERT_TRUE(state.ok()) << state.error().message;
    EXPECT_THAT(state->at("w").floats, ElementsAre(1.0f, -2.0f));
    EXPECT_THAT(state->at("v").floats, ElementsAre(1.0f, -2.0f));
  }
}

TEST(StateDictTest, ArraysHaveTheBytesThatTheirShapeAsksFor) {
  using namespace torch::pickle;
  const auto file = [](const std::string& array) { return kProto2 + Dict(Str("w") + array) + "."; };
  ExpectError(file(NumpyArray("C\x04"
                              "abcd")),
              ErrorCode::kCorrupt, "lies in a storage of 4 bytes, expected 2 elements of float32");
  const std::string encode = Global("_codecs", "encode") + "(";
  for (const char* text :
       {"abcdefghi", "abcdefg", "abcdefg\xe2\x82\xac", "abcdefg\xc2", "abcdef\xc2z"}) {
    ExpectError(file(NumpyArray(encode + Str(text) + Str("latin1") + "tR")), ErrorCode::kCorrupt,
                "tensor \"w\" has a text in place of 8 bytes");
  }
  // A pickle alone has no storages beside it.
  ExpectError(file(Tensor(Storage("FloatStorage", "0", 2), 0, {2}, {1})), ErrorCode::kCorrupt,
              "storage \"0\" is not in this file");
}

TEST(StateDictTest, ATorchScriptProgramIsRefusedWithTheLineThatSavesItsWeights) {
  ZipWriter writer = OneTensor(kTwoFloats, 2, {2}, {1});
  writer.Add("m/constants.pkl", "\x80\x02).");
  ExpectError(writer.Finish(), ErrorCode::kUnsupported,
              "is a TorchScript program (torch.jit.save), which only PyTorch can run; save its "
              "weights with: python3 -c \"import torch; torch.save(torch.jit.load('FILE')");
}

TEST(StateDictTest, TheLandmarkTellsTheStateDict) {
  using namespace torch::pickle;
  const auto tensor = Tensor(Storage("FloatStorage", "0", 2), 0, {2}, {1});
  ZipWriter writer;
  writer.Add("m/data.pkl", kProto2 +
                               Dict(Str("opt") + Dict(Str("step") + tensor) + Str("net") +
                                    Dict(Str("enc.w") + tensor)) +
                               ".");
  writer.Add("m/data/0", kTwoFloats);
  const std::string file = writer.Finish();
  const Result<StateDict> state = ReadTorchCheckpoint(AsBytes(file), "f.ckpt", {}, "enc.");
  ASSERT_TRUE(state.ok()) << state.error().message;
  EXPECT_EQ(state->size(), 1u);
  EXPECT_THAT(state->at("enc.w").floats, ElementsAre(1.0f, -2.0f));
  ExpectError(file, ErrorCode::kUnsupported, "holds 2 state dicts, ['opt'], ['net']");
}

// One bit wrong anywhere is either found out or changes nothing that is read.
TEST(StateDictTest, NoFlippedBitChangesAValue) {
  const std::string file = OneTensor(kTwoFloats, 2, {2}, {1}).Finish();
  size_t errors = 0;
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    std::string flipped = file;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const Result<StateDict> state = ReadTorchCheckpoint(AsBytes(flipped), "f.ckpt", {});
    if (!state) {
      ++errors;
      continue;
    }
    EXPECT_THAT(state->at("w").floats, ElementsAre(1.0f, -2.0f)) << bit;
  }
  EXPECT_GT(errors, file.size());
}

TEST(StateDictTest, CheckpointsAreToldFromOtherZipFiles) {
  EXPECT_TRUE(HoldsTorchCheckpoint(AsBytes(FileContent(kFolder + "tensors.ckpt")), {}));
  EXPECT_FALSE(HoldsTorchCheckpoint(AsBytes(FileContent(kFolder + "legacy.ckpt")), {}));
  ZipWriter other;
  other.Add("model/config.ini", "");
  EXPECT_FALSE(HoldsTorchCheckpoint(AsBytes(other.Finish()), {}));
}

}  // namespace
}  // namespace dfn
