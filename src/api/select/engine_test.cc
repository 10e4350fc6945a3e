#include "api/select/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "api/open/open.h"
#include "base/testing/scratch_folder.h"
#include "convert/export/export.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const fs::path kTiny = fs::path(DFN_SOURCE_DIR) / "tests" / "data" / "tiny";
// No test here needs ONNX Runtime, so none depends on whether it is installed.
constexpr char kNoLibrary[] = "/nowhere/libonnxruntime.so";

class EngineTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::copy(kTiny / "dfn3", folder_);
    for (const auto& entry : fs::directory_iterator(folder_)) {
      fs::permissions(entry, fs::perms::owner_write, fs::perm_options::add);
    }
  }

  // Gives every operator of that name in a file another one of the same length.
  void Rename(const char* file, const std::string& from, const std::string& to) {
    ASSERT_EQ(from.size(), to.size());
    std::ifstream in(folder_ / file, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    size_t found = 0;
    for (size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + 1)) {
      bytes.replace(at, from.size(), to);
      ++found;
    }
    ASSERT_GT(found, 0u);
    std::ofstream(folder_ / file, std::ios::binary) << bytes;
  }

  std::string source() const { return folder_.string(); }

  const ScratchFolder scratch_;
  const fs::path folder_ = scratch_.path();
};

EngineOptions WithoutLibrary(Backend backend) {
  EngineOptions options;
  options.backend = backend;
  options.ort_library = kNoLibrary;
  return options;
}

TEST_F(EngineTest, AModelThatLiftsRunsNatively) {
  for (const Backend backend : {Backend::kAuto, Backend::kNative}) {
    const auto engine = OpenEngine(source(), WithoutLibrary(backend));
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    EXPECT_EQ((*engine)->info().backend, Backend::kNative);
    EXPECT_TRUE((*engine)->info().runtime.empty());
    EXPECT_TRUE((*engine)->info().note.empty());
    ASSERT_NE((*engine)->config(), nullptr);
    EXPECT_EQ((*engine)->sample_rate_hz(), (*engine)->config()->sample_rate_hz);
    EXPECT_EQ((*engine)->fft_size(), (*engine)->config()->fft_size);
    EXPECT_TRUE((*engine)->status().ok());
    const auto denoiser = (*engine)->NewDenoiser({.channels = 2});
    ASSERT_TRUE(denoiser.ok());
    EXPECT_EQ((*denoiser)->channels(), 2u);
    EXPECT_FALSE((*engine)->NewDenoiser({.channels = 0}).ok());
  }
}

TEST_F(EngineTest, WithoutTheLibraryOnnxRuntimeIsNotToBeHad) {
  const auto engine = OpenEngine(source(), WithoutLibrary(Backend::kOrt));
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(engine.error().message, HasSubstr(kNoLibrary));
}

TEST_F(EngineTest, AModelOfAnotherKindSaysWhatIsMissing) {
  Rename("enc.onnx", "Relu", "Ceil");
  const auto native = OpenModel(source());
  ASSERT_FALSE(native.ok());
  EXPECT_TRUE(MayRunElsewhere(source(), native.error())) << native.error().message;
  const auto engine = OpenEngine(source(), WithoutLibrary(Backend::kAuto));
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, native.error().code);
  EXPECT_THAT(engine.error().message,
              AllOf(HasSubstr(native.error().message), HasSubstr(kNoLibrary)));
  const auto only_native = OpenEngine(source(), WithoutLibrary(Backend::kNative));
  ASSERT_FALSE(only_native.ok());
  EXPECT_EQ(only_native.error().message, native.error().message);
}

TEST_F(EngineTest, ADamagedModelIsNotRunElsewhere) {
  fs::resize_file(folder_ / "enc.onnx", 1000);
  const auto native = OpenModel(source());
  ASSERT_FALSE(native.ok());
  const auto engine = OpenEngine(source(), WithoutLibrary(Backend::kAuto));
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().message, native.error().message);
}

TEST_F(EngineTest, WhatIsAbsentIsAbsent) {
  const auto engine = OpenEngine("no-such-model", WithoutLibrary(Backend::kAuto));
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(engine.error().message, Not(HasSubstr("ONNX Runtime")));
  fs::remove(folder_ / "enc.onnx");
  const auto incomplete = OpenEngine(source(), WithoutLibrary(Backend::kOrt));
  ASSERT_FALSE(incomplete.ok());
  EXPECT_EQ(incomplete.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(incomplete.error().message, HasSubstr("enc.onnx"));
}

TEST_F(EngineTest, ModesComeFromTheFiles) {
  auto modes = FindModes(source());
  ASSERT_TRUE(modes.ok()) << modes.error().message;
  EXPECT_THAT(*modes, ElementsAre(RunMode::kStateless));
  const auto exact = ChooseRun(source());
  ASSERT_TRUE(exact.ok()) << exact.error().message;
  EXPECT_EQ(exact->mode, RunMode::kStateless);
  EXPECT_EQ(exact->form, RunForm::kExact);
  EXPECT_EQ(exact->window_frames, 1u);
  const auto windowed = ChooseRun(source(), {.mode = {}, .window_frames = 10});
  ASSERT_TRUE(windowed.ok()) << windowed.error().message;
  EXPECT_EQ(windowed->form, RunForm::kAsGiven);
  EXPECT_EQ(windowed->window_frames, 10u);
  EXPECT_EQ(windowed->inexact,
            "it runs as asked, so windows of 10 frames are run, each from a start without memory");
  modes = FindModes((kTiny / "dfn3_h0").string());
  ASSERT_TRUE(modes.ok()) << modes.error().message;
  EXPECT_EQ(modes->front(), RunMode::kStateful);
  const auto absent = ChooseRun(source(), {.mode = RunMode::kSplit, .window_frames = {}});
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
}

// A checkpoint holds no graphs; what runs is its exact export.
TEST_F(EngineTest, ACheckpointRunsAsItsExport) {
  const std::string checkpoint =
      (fs::path(DFN_SOURCE_DIR) / "tests" / "data" / "checkpoints" / "dfn3_none").string();
  ASSERT_TRUE(IsCheckpoint(checkpoint));
  const auto choice = ChooseRun(checkpoint);
  ASSERT_TRUE(choice.ok()) << choice.error().message;
  EXPECT_EQ(choice->mode, RunMode::kStateful);
  EXPECT_EQ(choice->form, RunForm::kAsGiven);
}

TEST_F(EngineTest, ARateThatIsNotTheModelsIsRefused) {
  EngineOptions options = WithoutLibrary(Backend::kAuto);
  options.run.sample_rate_hz = 48000;
  EXPECT_TRUE(OpenEngine(source(), options).ok());
  options.run.sample_rate_hz = 16000;
  for (const Backend backend : {Backend::kAuto, Backend::kNative, Backend::kOrt}) {
    options.backend = backend;
    const auto engine = OpenEngine(source(), options);
    ASSERT_FALSE(engine.ok());
    EXPECT_EQ(engine.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(engine.error().message, AllOf(HasSubstr("48000 Hz"), HasSubstr("16000 Hz")));
  }
}

}  // namespace
}  // namespace dfn
