#include "cli/engine_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/engine_text.h"

namespace dfn {
namespace {

using testing::HasSubstr;

// Parses the options and converts them.
Result<EngineOptions> Options(const std::string& arguments) {
  Arguments program("0");
  EngineFlags flags;
  DefineEngine(program, flags);
  const ParsedArguments parsed = program.Parse(arguments);
  if (parsed.kind == ParsedArguments::Kind::kUsageError) {
    return Error{ErrorCode::kInvalidArgument, "parser: " + parsed.text};
  }
  return EngineOptionsOf(flags);
}

TEST(EngineOptionsTest, NothingGivenIsAutoWithOneThreadOnTheCpu) {
  const auto options = Options("");
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->backend, Backend::kAuto);
  EXPECT_FALSE(options->precision.has_value());
  EXPECT_FALSE(options->choose_precision);
  EXPECT_EQ(options->run.mode, std::nullopt);
  EXPECT_EQ(options->run.window_frames, std::nullopt);
  EXPECT_EQ(options->session.threads, 1);
  EXPECT_EQ(options->session.provider, "cpu");
  EXPECT_TRUE(options->ort_library.empty());
}

TEST(EngineOptionsTest, EveryOptionArrives) {
  const auto options = Options(
      "--backend ort --mode stateless --window 10 --provider cuda --ort-threads 3 "
      "--ort-library lib.so --model-rate 16000");
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->backend, Backend::kOrt);
  EXPECT_EQ(options->run.mode, RunMode::kStateless);
  EXPECT_EQ(options->run.window_frames, 10u);
  EXPECT_EQ(options->run.sample_rate_hz, 16000u);
  EXPECT_EQ(options->session.provider, "cuda");
  EXPECT_EQ(options->session.threads, 3);
  EXPECT_EQ(options->ort_library, "lib.so");
  EXPECT_EQ(Options("--backend native")->backend, Backend::kNative);
  EXPECT_EQ(Options("--backend auto")->backend, Backend::kAuto);
}

// A rate goes with either engine: the native one checks it.
TEST(EngineOptionsTest, ARateAsksForNoEngine) {
  const auto options = Options("--model-rate 16000");
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->backend, Backend::kAuto);
}

TEST(EngineOptionsTest, AnOptionOfOnnxRuntimeAsksForIt) {
  for (const char* option : {"--mode split", "--window 40", "--provider cpu", "--ort-threads 2",
                             "--ort-library lib.so"}) {
    const auto alone = Options(option);
    ASSERT_TRUE(alone.ok()) << option;
    EXPECT_EQ(alone->backend, Backend::kOrt) << option;
    const auto contradicted = Options(std::string("--backend native ") + option);
    ASSERT_FALSE(contradicted.ok()) << option;
    EXPECT_EQ(contradicted.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(contradicted.error().message, HasSubstr("--backend native"));
  }
}

TEST(EngineOptionsTest, APrecisionAsksForTheNativeNetwork) {
  const auto i8 = Options("--precision i8");
  ASSERT_TRUE(i8.ok());
  EXPECT_EQ(i8->backend, Backend::kNative);
  EXPECT_EQ(i8->precision, Precision::kI8);
  EXPECT_FALSE(i8->choose_precision);
  const auto chosen = Options("--precision auto --backend native");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(chosen->backend, Backend::kNative);
  EXPECT_TRUE(chosen->choose_precision);
  for (const char* contradiction : {"--backend ort", "--mode split", "--ort-threads 2"}) {
    const auto options = Options(std::string("--precision f32 ") + contradiction);
    ASSERT_FALSE(options.ok()) << contradiction;
    EXPECT_EQ(options.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(options.error().message, HasSubstr("--precision"));
  }
}

TEST(EngineOptionsTest, TheParserKnowsRangesAndNames) {
  for (const char* wrong :
       {"--backend cuda", "--precision f64", "--mode best", "--window 0", "--window 1001",
        "--ort-threads 0", "--ort-threads many", "--model-rate 999"}) {
    const auto options = Options(wrong);
    ASSERT_FALSE(options.ok()) << wrong;
    EXPECT_THAT(options.error().message, HasSubstr("parser")) << wrong;
  }
}

TEST(EngineTextTest, SaysWhatRuns) {
  EngineInfo info;
  EXPECT_EQ(EngineText(info), "native, precision f32");
  EXPECT_EQ(EngineJson(info)["precision"], "f32");
  EXPECT_TRUE(EngineJson(info)["precision_reason"].is_null());
  EXPECT_EQ(EngineJson(info)["backend"], "native");
  EXPECT_TRUE(EngineJson(info)["mode"].is_null());
  info.backend = Backend::kOrt;
  info.runtime = "ONNX Runtime 1.32.0";
  info.run.mode = RunMode::kStateless;
  info.run.window_frames = 40;
  info.session.threads = 2;
  EXPECT_EQ(EngineText(info),
            "ONNX Runtime 1.32.0, mode stateless, form as given, window 40 frames, 2 threads, "
            "provider cpu");
  EXPECT_EQ(EngineJson(info)["mode"], "stateless");
  EXPECT_TRUE(EngineJson(info)["precision"].is_null());
  EXPECT_EQ(EngineJson(info)["window_frames"], 40);
  EXPECT_EQ(EngineJson(info).size(), EngineJson({}).size());
}

}  // namespace
}  // namespace dfn
