#include "cli/enhance/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

namespace dfn {
namespace {

using testing::HasSubstr;
using testing::Not;

FileReport File(double seconds, std::vector<float> hop_us) {
  FileReport file;
  file.input = "in.wav";
  file.output = "out.wav";
  file.rate_hz = 44100;
  file.channels = 2;
  file.wall_seconds = 1.25;
  file.stats.samples = 44100;
  file.stats.hops = 100;
  file.stats.seconds = seconds;
  file.stats.processing_seconds = 0.1;
  file.stats.delay_samples = 1440;
  file.stats.hop_us = std::move(hop_us);
  return file;
}

RunReport Report(std::vector<FileReport> files) {
  return {.model = "default",
          .variant = "dfn3",
          .profile = "reference",
          .delay_compensated = true,
          .model_rate_hz = 48000,
          .files = std::move(files),
          .left_out = {}};
}

TEST(SampleNoteTest, CountsWhatTheOutputDoesNotHold) {
  FileReport file = File(1.0, {});
  EXPECT_EQ(SampleNote(file), "");
  const std::string advice = "; a WAV file with --sample-format f32 holds such samples";
  file.stats.clipped_samples = 3;
  EXPECT_EQ(SampleNote(file), "3 samples were beyond full scale and clipped" + advice);
  file.stats.clipped_samples = 1;
  file.stats.broken_samples = 2;
  EXPECT_EQ(SampleNote(file),
            "2 samples of the input were no numbers and count as 0; 1 sample was beyond full scale "
            "and clipped" +
                advice);
  file.stats.clipped_samples = 0;
  file.stats.broken_samples = 1;
  EXPECT_EQ(SampleNote(file), "1 sample of the input was no number and counts as 0");
  file.stats = {};
  EXPECT_EQ(SampleNote(file), "holds no samples, and its output none");
}

TEST(ReportJsonTest, ListsWhatIsLeftOut) {
  RunReport report = Report({});
  report.left_out = {{"in/a.m4a", "in/a.m4a: is left out"}};
  const auto json = nlohmann::json::parse(ReportJson(report));
  ASSERT_EQ(json["left_out"].size(), 1u);
  EXPECT_EQ(json["left_out"][0]["input"], "in/a.m4a");
  EXPECT_EQ(json["left_out"][0]["error"], "in/a.m4a: is left out");
}

TEST(HopTimesTest, PercentilesAreTimesThatOccurred) {
  std::vector<float> hop_us(200);
  std::iota(hop_us.begin(), hop_us.end(), 1.0f);
  std::swap(hop_us.front(), hop_us.back());
  const HopTimes times = SummarizeHops(hop_us);
  EXPECT_EQ(times.mean, 100.5);
  EXPECT_EQ(times.p50, 100.0);
  EXPECT_EQ(times.p99, 198.0);
  EXPECT_EQ(times.max, 200.0);
  EXPECT_EQ(SummarizeHops(std::vector<float>{7.0f}).p99, 7.0);
  EXPECT_EQ(SummarizeHops({}).max, 0.0);
}

TEST(ReportJsonTest, SumsFilesAndSkipsFailures) {
  FileReport failed;
  failed.input = "bad.wav";
  failed.error = "bad.wav: not a sound file";
  const auto json = nlohmann::json::parse(
      ReportJson(Report({File(1.0, {10.0f}), failed, File(3.0, {20.0f, 30.0f})})));
  EXPECT_EQ(json["frames"], 200);
  EXPECT_EQ(json["seconds"], 4.0);
  EXPECT_NEAR(json["rtf"].get<double>(), 0.05, 1e-12);
  EXPECT_EQ(json["frame_us"]["mean"], 20.0);
  EXPECT_EQ(json["frame_us"]["p50"], 20.0);
  EXPECT_EQ(json["frame_us"]["p99"], 30.0);
  EXPECT_EQ(json["frame_us"]["max"], 30.0);
  EXPECT_EQ(json["delay_samples"], 1440);
  EXPECT_EQ(json["delay_ms"], 30.0);
  EXPECT_EQ(json["model"]["variant"], "dfn3");
  ASSERT_EQ(json["files"].size(), 3u);
  EXPECT_EQ(json["files"][0]["sample_rate_hz"], 44100);
  EXPECT_EQ(json["files"][1]["error"], "bad.wav: not a sound file");
  EXPECT_FALSE(json["files"][1].contains("frames"));
}

TEST(ReportJsonTest, WhatIsUnknownIsNull) {
  const auto json = nlohmann::json::parse(ReportJson(Report({File(0.0, {})})));
  EXPECT_TRUE(json["rtf"].is_null());
  EXPECT_TRUE(json["frame_us"].is_null());
  EXPECT_TRUE(json["silence_skip_snr_db"].is_null());
}

TEST(ReportJsonTest, SilenceLeftOutIsSummedAndItsWorstErrorTold) {
  FileReport a = File(1.0, {});
  a.stats.skipped_hops = 10;
  a.stats.silence_skip_snr_db = 20.5;
  FileReport b = File(1.0, {});
  b.stats.skipped_hops = 5;
  b.stats.silence_skip_snr_db = std::numeric_limits<double>::infinity();
  const auto json = nlohmann::json::parse(ReportJson(Report({a, b, File(1.0, {})})));
  EXPECT_EQ(json["skipped_frames"], 15);
  EXPECT_EQ(json["silence_skip_snr_db"], 20.5);
  EXPECT_EQ(json["files"][0]["silence_skip_snr_db"], 20.5);
  EXPECT_TRUE(json["files"][1]["silence_skip_snr_db"].is_null());
  EXPECT_EQ(json["files"][2]["skipped_frames"], 0);
  EXPECT_THAT(SummaryLine(Report({}), a),
              HasSubstr("10 silent frames left out (SNR against the exact run: 20.5 dB)"));
  EXPECT_THAT(SummaryLine(Report({}), b), HasSubstr("5 silent frames left out (no difference)"));
  b.stats.silence_skip_snr_db.reset();
  EXPECT_THAT(SummaryLine(Report({}), b), HasSubstr("5 silent frames left out"));
  EXPECT_THAT(SummaryLine(Report({}), b), Not(HasSubstr("(")));
}

TEST(ReportJsonTest, NamesNeedNotBeUtf8) {
  FileReport file = File(1.0, {});
  file.input = "caf\xe9.wav";
  EXPECT_TRUE(nlohmann::json::accept(ReportJson(Report({file}))));
}

TEST(ReportJsonTest, TellsAtWhichLevelTheNetworkHeard) {
  FileReport kept = File(1.0, {}), given = File(1.0, {}), found = File(1.0, {});
  kept.stats.level_gains_db = {0.0f, 0.0f};
  given.stats.level_gains_db = {-3.0f, 12.0f};
  found.stats.level_gains_db = {32.0f, 0.0f};
  found.auto_level = true;
  found.speech_db = {-50.0f, std::nullopt};
  const auto files = nlohmann::json::parse(ReportJson(Report({kept, given, found})))["files"];
  EXPECT_EQ(files[0]["level"]["mode"], "keep");
  EXPECT_TRUE(files[0]["level"]["speech_dbfs"].is_null());
  EXPECT_EQ(files[1]["level"]["mode"], "fixed");
  EXPECT_EQ(files[1]["level"]["gain_db"], (std::vector<float>{-3.0f, 12.0f}));
  EXPECT_EQ(files[2]["level"]["mode"], "auto");
  EXPECT_EQ(files[2]["level"]["speech_dbfs"][0], -50.0f);
  EXPECT_TRUE(files[2]["level"]["speech_dbfs"][1].is_null());
  EXPECT_THAT(SummaryLine(Report({}), found), HasSubstr(", heard 32 dB louder"));
  EXPECT_THAT(SummaryLine(Report({}), kept), Not(HasSubstr("heard")));
}

TEST(ReportJsonTest, TellsTheLevelsOfBothEnds) {
  FileReport unknown = File(1.0, {}), known = File(1.0, {});
  known.stats.input_level = {
      .rms_dbfs = -30.5, .peak_dbfs = -10.0, .speech_dbfs = {-28.0f, std::nullopt}, .lufs = -29.25};
  known.stats.output_level = SoundLevel{};
  known.stats.local_snr_db = 12.5;
  const auto files = nlohmann::json::parse(ReportJson(Report({unknown, known})))["files"];
  EXPECT_TRUE(files[0]["input_level"].is_null() && files[0]["local_snr_db"].is_null());
  EXPECT_EQ(files[1]["local_snr_db"], 12.5);
  const auto& input = files[1]["input_level"];
  EXPECT_EQ(input["rms_dbfs"], -30.5);
  EXPECT_EQ(input["peak_dbfs"], -10.0);
  EXPECT_EQ(input["loudness_lufs"], -29.25);
  EXPECT_EQ(input["speech_dbfs"], nlohmann::json::parse("[-28.0, null]"));
  EXPECT_TRUE(files[1]["output_level"]["rms_dbfs"].is_null());
}

TEST(HopTimesCsvTest, OneLineAHop) {
  EXPECT_EQ(HopTimesCsv(std::vector<float>{1.5f, 20.0f}),
            "frame,microseconds\n0,1.500\n1,20.000\n");
}

TEST(SummaryLineTest, SaysWhatMatters) {
  FileReport file = File(1.0, {});
  EXPECT_EQ(SummaryLine(Report({}), file), "out.wav  44.1 kHz stereo, delay removed, dfn3, 1.2 s");
  EXPECT_THAT(SummaryLine(Report({}), file), Not(HasSubstr("not finite")));
}

TEST(SummaryLineTest, SaysHowTheDelayIsKnown) {
  FileReport file = File(1.0, {});
  file.stats.delay_samples = 1536;
  RunReport report = Report({file});
  report.engine.delay = ort::DelaySource::kMeasured;
  EXPECT_THAT(SummaryLine(report, file), HasSubstr("delay removed (1536 samples, measured)"));
  auto json = nlohmann::json::parse(ReportJson(report));
  EXPECT_EQ(json["delay_source"], "measured");
  EXPECT_EQ(json["delay_samples"], 1536);
  report.engine.delay = ort::DelaySource::kUnknown;
  EXPECT_THAT(SummaryLine(report, file), HasSubstr("delay unknown and left in"));
  json = nlohmann::json::parse(ReportJson(report));
  EXPECT_EQ(json["delay_source"], "unknown");
  EXPECT_TRUE(json["delay_samples"].is_null());
  EXPECT_EQ(json["delay_compensated"], false);
}

}  // namespace
}  // namespace dfn
