#include "convert/load/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>

#include "base/testing/environment.h"
#include "base/testing/scratch_folder.h"
#include "convert/testing/checkpoint_files.h"
#include "convert/testing/graphs.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

class CheckpointTest : public testing::Test {
 protected:
  // Copies a fixture's file to a place under the test's folder.
  fs::path Put(const fs::path& to, const std::string& fixture_file = "dfn3_none/model_1.ckpt") {
    fs::create_directories((root_ / to).parent_path());
    fs::copy_file(CheckpointFolder() + fixture_file, root_ / to);
    return root_ / to;
  }
  fs::path PutConfig(const fs::path& to) { return Put(to, "dfn3_none/config.ini"); }

  void Write(const fs::path& to, const std::string& content) {
    fs::create_directories((root_ / to).parent_path());
    std::ofstream(root_ / to, std::ios::binary) << content;
  }

  std::string SourceOf(const fs::path& path, const std::optional<fs::path>& config = {}) {
    const Result<Model> model = LoadCheckpoint(path, config);
    EXPECT_TRUE(model.ok()) << model.error().message;
    return model.ok() ? model->origin.source : "";
  }

  void ExpectError(const fs::path& path, ErrorCode code, const std::string& sentence) {
    const Result<Model> model = LoadCheckpoint(path);
    ASSERT_FALSE(model.ok()) << sentence;
    EXPECT_EQ(model.error().code, code) << model.error().message;
    EXPECT_THAT(model.error().message, HasSubstr(sentence));
  }

  const ScratchFolder scratch_;
  const fs::path root_ = scratch_.path();
};

TEST_F(CheckpointTest, TheConfigStandsBesideOneFolderUpOrIsNamed) {
  const fs::path file = Put("DeepFilterNet3/checkpoints/model_120.ckpt.best");
  ExpectError(file, ErrorCode::kNotFound, "there is no config.ini beside it or one folder up");
  const fs::path elsewhere = PutConfig("elsewhere.ini");
  EXPECT_EQ(SourceOf(file, elsewhere), file.string());
  PutConfig("DeepFilterNet3/config.ini");
  EXPECT_EQ(SourceOf(file), file.string());
  Put("DeepFilterNet3/checkpoints/config.ini", "dfn2_concat/config.ini");
  ExpectError(file, ErrorCode::kMismatch, "model_120.ckpt.best: ");
  EXPECT_EQ(SourceOf(file, elsewhere), file.string()) << "the named one leads";
}

TEST_F(CheckpointTest, ARelativePathWithoutAFolderWorks) {
  Put("sub/model_1.ckpt");
  PutConfig("config.ini");
  const fs::path before = fs::current_path();
  fs::current_path(root_ / "sub");
  EXPECT_EQ(SourceOf("model_1.ckpt"), "model_1.ckpt");
  fs::current_path(before);
}

TEST_F(CheckpointTest, AFolderGivesTheBestElseTheLatest) {
  PutConfig("config.ini");
  Put("checkpoints/model_9.ckpt");
  Put("checkpoints/model_10.ckpt");
  Put("checkpoints/opt_200.ckpt");
  EXPECT_THAT(SourceOf(root_), EndsWith("model_10.ckpt"));
  EXPECT_THAT(SourceOf(root_ / "checkpoints"), EndsWith("model_10.ckpt"));
  Put("checkpoints/model_8.ckpt.best");
  EXPECT_THAT(SourceOf(root_), EndsWith("model_8.ckpt.best"));
  Put("checkpoints/model_100.ckpt.best");
  Put("checkpoints/model_20.ckpt.best");
  EXPECT_THAT(SourceOf(root_), EndsWith("model_100.ckpt.best"));
}

TEST_F(CheckpointTest, APublishedZipLoads) {
  torch::ZipWriter zip;
  zip.Add("DeepFilterNet3/config.ini", FileContent(PutConfig("config.ini")), true);
  zip.Add("DeepFilterNet3/checkpoints/model_1.ckpt.best", FileContent(Put("a")), true);
  zip.Add("__MACOSX/DeepFilterNet3/checkpoints/._model_2.ckpt.best", "resource fork");
  Write("DeepFilterNet3.zip", zip.Finish());
  fs::remove(root_ / "config.ini");
  EXPECT_TRUE(LooksLikeCheckpoint(root_ / "DeepFilterNet3.zip"));
  EXPECT_THAT(SourceOf(root_ / "DeepFilterNet3.zip"),
              EndsWith("DeepFilterNet3.zip/DeepFilterNet3/checkpoints/model_1.ckpt.best"));
  EXPECT_THAT(SourceOf(root_ / "DeepFilterNet3.zip", PutConfig("named.ini")),
              EndsWith("model_1.ckpt.best"));

  torch::ZipWriter alone;
  alone.Add("model_1.ckpt", FileContent(root_ / "a"));
  Write("alone.zip", alone.Finish());
  ExpectError(root_ / "alone.zip", ErrorCode::kNotFound, "there is no config.ini");
}

// The same weights in other forms are the same model, bit by bit.
TEST_F(CheckpointTest, EveryFormGivesTheSameModel) {
  const StateDict state = FixtureState();
  const auto wrap = [](const std::string& dict) { return WrappedUnder("state_dict", dict); };
  const std::pair<const char*, std::string> forms[] = {
      {"module/foo.pt", TorchFile(WithPrefix(state, "module."))},
      {"compiled/foo.pth", TorchFile(WithPrefix(state, "_orig_mod."))},
      {"lightning/epoch=3-step=77.ckpt", TorchFile(WithPrefix(state, "model."), wrap)},
      {"trainer/checkpoints/last.best", TorchFile(state, wrap)},
      {"hub/model.safetensors", SafetensorsOf(state)},
      {"hub2/any.safetensors", SafetensorsOf(WithPrefix(state, "net."))},
      {"bin/pytorch_model.bin", TorchFile(state)},
  };
  const Result<Model> plain = LoadCheckpoint(CheckpointFolder() + "dfn3_none");
  ASSERT_TRUE(plain.ok()) << plain.error().message;
  for (const auto& [file, content] : forms) {
    SCOPED_TRACE(file);
    const fs::path folder = root_ / *fs::path(file).begin();
    Write(file, content);
    PutConfig(fs::path(*fs::path(file).begin()) / "config.ini");
    for (const fs::path& path : {folder, root_ / file}) {
      EXPECT_TRUE(LooksLikeCheckpoint(path));
      const Result<Model> model = LoadCheckpoint(path);
      ASSERT_TRUE(model.ok()) << model.error().message;
      EXPECT_TRUE(test::SameModel(*model, *plain));
      EXPECT_EQ(fs::path(model->origin.source), root_ / file);
    }
  }
}

TEST_F(CheckpointTest, SeveralCheckpointsAreListed) {
  Put("run/a.pt");
  Put("run/b.pt");
  EXPECT_TRUE(LooksLikeCheckpoint(root_ / "run"));
  ExpectError(root_ / "run", ErrorCode::kUnsupported,
              "run: holds 2 checkpoints, \"a.pt\", \"b.pt\"; name one of them");
}

TEST_F(CheckpointTest, StandInsAreTold) {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
  Write("run/model_1.ckpt", pointer);
  PutConfig("run/config.ini");
  ExpectError(root_ / "run", ErrorCode::kCorrupt, "model_1.ckpt: is a Git LFS pointer");
  Put("other/model_1.ckpt");
  Write("other/config.ini", pointer);
  ExpectError(root_ / "other", ErrorCode::kCorrupt, "config.ini: is a Git LFS pointer");
}

TEST_F(CheckpointTest, CheckpointsAreTold) {
  const fs::path file = Put("run/checkpoints/model_3.ckpt");
  EXPECT_TRUE(LooksLikeCheckpoint(file));
  EXPECT_TRUE(LooksLikeCheckpoint(root_ / "run"));
  EXPECT_TRUE(LooksLikeCheckpoint(Put("weights")));
  EXPECT_FALSE(LooksLikeCheckpoint(root_));
  EXPECT_TRUE(LooksLikeCheckpoint(Put("old.pth", "legacy.ckpt")));
  EXPECT_TRUE(LooksLikeCheckpoint(root_));
  Write("onnx/enc.onnx", "");
  Put("onnx/any.pt");
  EXPECT_FALSE(LooksLikeCheckpoint(root_ / "onnx")) << "beside ONNX files it is not the model";
  Write("weights.dat", SafetensorsOf({}));
  EXPECT_TRUE(LooksLikeCheckpoint(root_ / "weights.dat"));
  EXPECT_FALSE(LooksLikeCheckpoint(root_ / "nothing.ckpt"));
  EXPECT_FALSE(LooksLikeCheckpoint(PutConfig("config.ini")));
  torch::ZipWriter zip;
  zip.Add("enc.onnx", "");
  Write("onnx.zip", zip.Finish());
  EXPECT_FALSE(LooksLikeCheckpoint(root_ / "onnx.zip"));
}

TEST_F(CheckpointTest, WhatIsWrongIsSaid) {
  ExpectError(root_ / "none.ckpt", ErrorCode::kNotFound, "none.ckpt: does not exist");
  ExpectError(root_, ErrorCode::kNotFound, "holds no checkpoint, expected checkpoints/model_*");
  ExpectError(Put("old.ckpt", "legacy.ckpt"), ErrorCode::kNotFound,
              "old.ckpt: there is no config.ini beside it");
  Write("cut.zip", FileContent(Put("whole.ckpt")).substr(0, 50'000));
  ExpectError(root_ / "cut.zip", ErrorCode::kCorrupt, "cut.zip: is cut short");
  PutConfig("config.ini");
  ExpectError(Put("other.ckpt", "tensors.ckpt"), ErrorCode::kMismatch,
              "other.ckpt: has no tensor \"enc.erb_conv0.1.weight\"");
  Limits limits;
  limits.max_file_bytes = 1000;
  const Result<Model> large = LoadCheckpoint(root_ / "whole.ckpt", std::nullopt, limits);
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().code, ErrorCode::kLimit);
}

#if defined(__linux__)
TEST_F(CheckpointTest, TheUsersCacheGivesTheHighestFamily) {
  const ScopedVariable no_xdg("XDG_CACHE_HOME", std::nullopt);
  const ScopedVariable home("HOME", root_.string());
  const fs::path cache = root_ / ".cache/DeepFilterNet";
  EXPECT_EQ(FindUserCheckpoint(), std::nullopt);
  Put(".cache/DeepFilterNet/DeepFilterNet2/checkpoints/model_96.ckpt.best");
  PutConfig(".cache/DeepFilterNet/DeepFilterNet2/config.ini");
  EXPECT_EQ(FindUserCheckpoint(), cache / "DeepFilterNet2");
  PutConfig(".cache/DeepFilterNet/DeepFilterNet3/config.ini");
  EXPECT_EQ(FindUserCheckpoint(), cache / "DeepFilterNet2") << "an unfinished download";
  Put(".cache/DeepFilterNet/DeepFilterNet3/checkpoints/model_120.ckpt.best");
  EXPECT_EQ(FindUserCheckpoint(), cache / "DeepFilterNet3");
  const ScopedVariable other("XDG_CACHE_HOME", (root_ / "other").string());
  EXPECT_EQ(FindUserCheckpoint(), std::nullopt);
}
#endif

class EveryCheckpointTest : public testing::TestWithParam<const char*> {};

TEST_P(EveryCheckpointTest, Loads) {
  const Result<Model> model = LoadCheckpoint(CheckpointFolder() + GetParam());
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model->config.family == Family::kDeepFilterNet2,
            std::string(GetParam()).starts_with("dfn2"));
}

INSTANTIATE_TEST_SUITE_P(All, EveryCheckpointTest, testing::ValuesIn(kCheckpointFixtures),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace dfn
