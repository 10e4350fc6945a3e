#include "convert/load/checkpoint_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dfn {
namespace {

using testing::HasSubstr;

// The path that is chosen, "none", or the error's sentence.
std::string Chosen(const std::vector<std::string>& paths) {
  const auto chosen = ChooseCheckpoint(paths, "run");
  EXPECT_EQ(HoldsCheckpointNames(paths), !chosen.ok() || chosen->has_value());
  if (!chosen) return chosen.error().message;
  return *chosen ? paths[**chosen] : "none";
}

TEST(CheckpointChoiceTest, ThePackagesNamesLead) {
  EXPECT_EQ(Chosen({"model_9.ckpt", "model_10.ckpt", "opt_200.ckpt", "other.pt"}), "model_10.ckpt");
  EXPECT_EQ(Chosen({"a/model_8.ckpt.best", "a/model_10.ckpt"}), "a/model_8.ckpt.best");
  EXPECT_EQ(Chosen({"x/._model_9.ckpt.best", "x/model_1.ckpt.best"}), "x/model_1.ckpt.best");
}

TEST(CheckpointChoiceTest, TheOnlyFileWithACheckpointsNameIsTaken) {
  for (const char* name : {"foo.pt", "foo.pth", "last.ckpt", "epoch=3-step=7.ckpt", "foo.ckpt.best",
                           "foo.best", "pytorch_model.bin", "foo.pkl", "a/b/model.safetensors"}) {
    EXPECT_EQ(Chosen({"config.ini", "optimizer.pt", "scheduler.pt", "rng_state.pth",
                      "__MACOSX/a/x.pt", "a/._foo.pt", name}),
              name);
  }
  EXPECT_EQ(Chosen({"config.ini", "notes.txt"}), "none");
  EXPECT_EQ(Chosen({}), "none");
}

TEST(CheckpointChoiceTest, OfSeveralNoneIsGuessed) {
  EXPECT_EQ(Chosen({"b.pth", "a.pt"}),
            "run: holds 2 checkpoints, \"a.pt\", \"b.pth\"; name one of them");
  EXPECT_THAT(Chosen({"1.pt", "2.pt", "3.pt", "4.pt", "5.pt"}),
              HasSubstr("\"4.pt\", ...; name one of them"));
}

TEST(CheckpointChoiceTest, BesideOtherModelsThereIsNone) {
  EXPECT_EQ(Chosen({"enc.onnx", "foo.pt"}), "none");
  EXPECT_EQ(Chosen({"net.xml", "net.bin"}), "none");
  EXPECT_EQ(Chosen({"net.xml", "net.bin", "a.pt"}), "a.pt");
  EXPECT_EQ(Chosen({"enc.onnx", "model_1.ckpt"}), "model_1.ckpt");
}

}  // namespace
}  // namespace dfn
