#include "convert/load/checkpoint_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "convert/testing/checkpoint_files.h"

namespace dfn {
namespace {

using testing::HasSubstr;

class CheckpointStateTest : public testing::Test {
 protected:
  // The tensors of the network have their names and values, bit by bit.
  void ExpectSame(const std::string& file) {
    const Result<StateDict> state = ReadCheckpointState(BytesOf(file), "m", {});
    ASSERT_TRUE(state.ok()) << state.error().message;
    for (const auto& [name, tensor] : plain_) {
      const auto found = state->find(name);
      ASSERT_NE(found, state->end()) << name;
      EXPECT_EQ(found->second.shape, tensor.shape) << name;
      EXPECT_EQ(found->second.floats, tensor.floats) << name;
      EXPECT_EQ(found->second.ints, tensor.ints) << name;
    }
  }

  void ExpectError(const std::string& file, ErrorCode code, const std::string& sentence) {
    const Result<StateDict> state = ReadCheckpointState(BytesOf(file), "m.pt", {});
    ASSERT_FALSE(state.ok()) << sentence;
    EXPECT_EQ(state.error().code, code) << state.error().message;
    EXPECT_THAT(state.error().message, HasSubstr("m.pt: "));
    EXPECT_THAT(state.error().message, HasSubstr(sentence));
  }

  const StateDict plain_ = FixtureState();
};

TEST_F(CheckpointStateTest, PrefixesAreTakenOff) {
  for (const char* prefix : {"", "module.", "_orig_mod.", "module._orig_mod.", "model.",
                             "_orig_mod.model.module.net.", "my-net.v2."}) {
    SCOPED_TRACE(prefix);
    ExpectSame(TorchFile(WithPrefix(plain_, prefix)));
    ExpectSame(SafetensorsOf(WithPrefix(plain_, prefix)));
  }
}

TEST_F(CheckpointStateTest, WrappersInsideTheNetworkAreTakenOutOfNames) {
  StateDict named;
  for (const auto& [name, tensor] : plain_) {
    const size_t dot = name.find('.') + 1;
    named.emplace(name.substr(0, dot) + "_orig_mod.module." + name.substr(dot), tensor);
  }
  ExpectSame(TorchFile(named));
  named.emplace(plain_.begin()->first, plain_.begin()->second);
  ExpectError(TorchFile(named), ErrorCode::kCorrupt,
              "is there twice, with and without a wrapper's");
}

TEST_F(CheckpointStateTest, WrappersAreOpened) {
  for (const char* key : {"state_dict", "model", "model_state_dict", "net", "weights"}) {
    SCOPED_TRACE(key);
    ExpectSame(TorchFile(WithPrefix(plain_, "module."),
                         [&](const std::string& dict) { return WrappedUnder(key, dict); }));
  }
}

TEST_F(CheckpointStateTest, TensorsBesideThePrefixedNetworkAreDropped) {
  StateDict trained = WithPrefix(plain_, "model.");
  trained.emplace("loss.window", CheckpointTensor{.shape = {1}, .floats = {1.0f}});
  trained.emplace("model_ema.n_averaged", CheckpointTensor{.shape = {}, .ints = {3}});
  const std::string file = TorchFile(trained);
  ExpectSame(file);
  EXPECT_EQ(ReadCheckpointState(BytesOf(file), "m", {})->size(), plain_.size());
}

TEST_F(CheckpointStateTest, OfTwoNetworksNoneIsGuessed) {
  StateDict two = WithPrefix(plain_, "model.");
  two.merge(WithPrefix(plain_, "ema_model."));
  ExpectError(
      TorchFile(two), ErrorCode::kUnsupported,
      "holds 2 networks, whose tensors' names begin with different prefixes (\"ema_model.\", "
      "\"model.\")");
  ExpectError(SafetensorsOf(two), ErrorCode::kUnsupported, "holds 2 networks");
  torch::ZipWriter zip;
  using namespace torch::pickle;
  const std::string copies = Dict(Str("model") + Dict(PickledTensors(plain_, zip)) + Str("ema") +
                                  Dict(PickledTensors(plain_, zip)));
  zip.Add("m/data.pkl", kProto2 + copies + ".");
  ExpectError(zip.Finish(), ErrorCode::kUnsupported, "holds 2 state dicts, ['model'], ['ema']");
}

TEST_F(CheckpointStateTest, WhatOnlyStandsInForAFileIsTold) {
  ExpectError("", ErrorCode::kCorrupt, "m.pt: is empty");
  ExpectError("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
              ErrorCode::kCorrupt, "m.pt: is a Git LFS pointer");
  ExpectError("<!DOCTYPE html>", ErrorCode::kCorrupt, "m.pt: is a web page");
  const std::string file = TorchFile(plain_);
  ExpectError(file.substr(0, file.size() / 2), ErrorCode::kCorrupt,
              "is cut short or no ZIP file: it has no end; download or copy it again");
  const std::string safe = SafetensorsOf(plain_);
  ExpectError(safe.substr(0, safe.size() / 2), ErrorCode::kCorrupt,
              "it is damaged or cut short; download or copy it again");
}

}  // namespace
}  // namespace dfn
