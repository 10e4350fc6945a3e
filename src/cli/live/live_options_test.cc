#include "cli/live/live_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/arguments.h"

namespace dfn {
namespace {

using testing::HasSubstr;

// A usage error of the parser, or of the check.
Status Read(const std::string& words, LiveOptions& options) {
  Arguments program("0");
  DefineLive(program.Command("live"), options);
  const ParsedArguments parsed = program.Parse("live " + words);
  if (parsed.kind != ParsedArguments::Kind::kCommand) {
    return Error{ErrorCode::kInvalidArgument, parsed.text};
  }
  return CheckLiveOptions(options);
}

LiveEngineOptions EngineOf(const std::string& words, const Config& config = {}) {
  LiveOptions options;
  EXPECT_TRUE(Read(words, options).ok()) << words;
  return EngineOptionsOf(options, config);
}

TEST(LiveOptionsTest, DefaultsAreThoseOfEnhance) {
  Config config;
  config.post_filter = true;
  config.post_filter_beta = 0.03f;
  const LiveEngineOptions engine = EngineOf("", config);
  EXPECT_EQ(engine.channels, 1u);
  EXPECT_FALSE(engine.work_mode);
  EXPECT_TRUE(engine.controls.auto_level);
  EXPECT_TRUE(engine.fills_band);
  EXPECT_TRUE(engine.controls.post_filter);
  EXPECT_EQ(engine.controls.post_filter_beta, 0.03f);
  EXPECT_EQ(engine.controls.atten_lim_db, 100.0f);
  const LiveEngineOptions libdf = EngineOf("--profile libdf", config);
  EXPECT_FALSE(libdf.controls.auto_level);
  EXPECT_FALSE(libdf.controls.post_filter);
}

TEST(LiveOptionsTest, EachOptionReachesTheEngine) {
  const LiveEngineOptions engine =
      EngineOf("-a -12 --pf-beta 0.05 --level +6 --bypass --work spread --channels 2");
  EXPECT_EQ(engine.controls.atten_lim_db, 12.0f);
  EXPECT_TRUE(engine.controls.post_filter);
  EXPECT_EQ(engine.controls.post_filter_beta, 0.05f);
  EXPECT_FALSE(engine.controls.auto_level);
  EXPECT_EQ(engine.controls.level_gain_db, 6.0f);
  EXPECT_TRUE(engine.bypass);
  EXPECT_EQ(engine.work_mode, WorkMode::kSpread);
  EXPECT_EQ(engine.channels, 2u);
}

TEST(LiveOptionsTest, EachOptionReachesTheDevice) {
  LiveOptions options;
  ASSERT_TRUE(
      Read("-i mic -o speaker --rate 44100 --block 64 --latency 5 --server jack", options).ok());
  EXPECT_EQ(ServersOf(options), std::vector<AudioServer>{AudioServer::kJack});
  const DeviceRequest request = DeviceRequestOf(options, AudioServer::kJack);
  EXPECT_EQ(request.input, "mic");
  EXPECT_EQ(request.output, "speaker");
  EXPECT_EQ(request.rate_hz, 44100u);
  EXPECT_EQ(request.block_samples, 64u);
  EXPECT_EQ(request.latency_ms, 5.0);
}

TEST(LiveOptionsTest, AVirtualMicrophoneIsPipewires) {
  LiveOptions options;
  ASSERT_TRUE(Read("--virtual-mic", options).ok());
  EXPECT_EQ(ServersOf(options), std::vector<AudioServer>{AudioServer::kPipewire});
  EXPECT_TRUE(DeviceRequestOf(options, AudioServer::kPipewire).virtual_microphone);
}

TEST(LiveOptionsTest, WhatContradictsItselfIsRefused) {
  for (const auto& [words, sentence] : std::vector<std::pair<std::string, std::string>>{
           {"--virtual-mic -o x", "--virtual-mic"},
           {"--virtual-mic --server jack", "--virtual-mic makes a device of PipeWire"},
           {"--no-pf --pf-beta 0.1", "contradict"},
           {"--pf-beta 2", "from 0 to 1"},
           {"--level loud", "--level is loud, expected auto"},
           {"-a nan", "not a finite number"},
           {"--channels 3", "3"},
           {"--server oss", "oss"},
           {"--block 8", "8"}}) {
    LiveOptions options;
    const Status read = Read(words, options);
    ASSERT_FALSE(read.ok()) << words;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(read.error().message, HasSubstr(sentence)) << words;
  }
}

}  // namespace
}  // namespace dfn
