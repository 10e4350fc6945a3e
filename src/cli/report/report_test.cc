#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "cli/report/report_page.h"
#include "cli/report/report_panels.h"
#include "cli/report/sound_recorder.h"
#include "cli/report/sound_track.h"

namespace dfn {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr size_t kRateHz = 16000;

std::vector<float> ReportTone(size_t samples, float amplitude) {
  std::vector<float> tone(samples);
  for (size_t i = 0; i < samples; ++i) {
    const double turn = 450.0 * static_cast<double>(i) / kRateHz;
    tone[i] = amplitude * static_cast<float>(std::sin(2.0 * std::numbers::pi * turn));
  }
  return tone;
}

std::unique_ptr<SoundRecorder> RecordedTone(size_t samples) {
  auto recorder = SoundRecorder::Create({.rate_hz = kRateHz, .channels = 1});
  EXPECT_TRUE(recorder.ok());
  EXPECT_TRUE((*recorder)->HearBefore(ReportTone(samples, 0.5f)).ok());
  (*recorder)->HearLocalSnr(12.0f);
  (*recorder)->HearGain(3.0f, 2);
  EXPECT_TRUE((*recorder)->HearAfter(ReportTone(samples, 0.05f)).ok());
  EXPECT_TRUE((*recorder)->Finish().ok());
  return std::move(*recorder);
}

TEST(SoundTrackTest, CutsPiecesAndEndsAfterTenMinutes) {
  auto track = SoundTrack::Create(kRateHz, 6000.0);
  ASSERT_TRUE(track.ok());
  for (int second = 0; second < 45; ++second) {
    ASSERT_TRUE(track->Hear(ReportTone(kRateHz, 0.1f)).ok());
  }
  ASSERT_TRUE(track->Finish().ok());
  EXPECT_EQ(track->pieces().size(), 3u);
  EXPECT_DOUBLE_EQ(track->seconds(), 45.0);

  auto longest = SoundTrack::Create(kRateHz, 6000.0);
  ASSERT_TRUE(longest.ok());
  const std::vector<float> silence(10 * kRateHz, 0.0f);
  for (int part = 0; part < 62; ++part) ASSERT_TRUE(longest->Hear(silence).ok());
  ASSERT_TRUE(longest->Finish().ok());
  EXPECT_EQ(longest->pieces().size(), 30u);
  EXPECT_DOUBLE_EQ(longest->seconds(), kMostTrackSeconds);
}

TEST(SoundTrackTest, LongerSoundsHaveFewerBits) {
  EXPECT_EQ(TrackBits(10.0), 64000.0);
  EXPECT_EQ(TrackBits(0.0), 64000.0);
  EXPECT_LT(TrackBits(300.0), 40000.0);
  EXPECT_EQ(TrackBits(std::nullopt), TrackBits(600.0));
  EXPECT_EQ(TrackBits(36000.0), TrackBits(600.0));
  // Two tracks in base64.
  EXPECT_LT(2.0 * TrackBits(600.0) / 8.0 * 600.0 * 4.0 / 3.0, 4e6);
}

TEST(SoundRecorderTest, TheOutputMayComeLaterAndInOtherBlocks) {
  const auto recorder = RecordedTone(kRateHz);
  EXPECT_DOUBLE_EQ(recorder->seconds(), 1.0);
  EXPECT_EQ(recorder->removed().columns(), recorder->before().spectrogram.columns());
  // 0.5 less 0.05 is 0.45, at 450 Hz, the middle of a bin: row 11 of 200 up to 8 kHz.
  EXPECT_NEAR(PowerDb(recorder->removed().power(100, 11), -200.0f), 20.0f * std::log10(0.45f),
              0.1f);
  EXPECT_EQ(recorder->gain().values(), 2u);
}

TEST(SoundRecorderTest, ChannelsAreAveraged) {
  auto recorder = SoundRecorder::Create({.rate_hz = kRateHz, .channels = 2});
  ASSERT_TRUE(recorder.ok());
  std::vector<float> opposed(2 * kRateHz);
  for (size_t i = 0; i < opposed.size(); ++i) opposed[i] = i % 2 == 0 ? 0.5f : -0.5f;
  ASSERT_TRUE((*recorder)->HearBefore(opposed).ok());
  ASSERT_TRUE((*recorder)->HearAfter(opposed).ok());
  ASSERT_TRUE((*recorder)->Finish().ok());
  EXPECT_EQ((*recorder)->before().envelope.columns()[5].high, 0.0f);
}

TEST(AttenuationTest, IsTheRatioOfPowers) {
  const EnvelopeColumn loud{.sum = 0.0, .squares = 4.0, .count = 2};
  const EnvelopeColumn quiet{.sum = 0.0, .squares = 0.04, .count = 2};
  const EnvelopeColumn silent{.sum = 0.0, .squares = 0.0, .count = 2};
  EXPECT_NEAR(AttenuationDb(loud, quiet).value_or(-1.0), 20.0, 1e-9);
  EXPECT_NEAR(AttenuationDb(quiet, loud).value_or(-1.0), -20.0, 1e-9);
  EXPECT_EQ(AttenuationDb(loud, silent), 100.0);
  EXPECT_FALSE(AttenuationDb(silent, silent));
}

TEST(ReportPageTest, SaysWhatWasHeardAndEscapesNames) {
  const auto recorder = RecordedTone(2 * kRateHz);
  const auto page = ReportPage(
      {.title = "<script>&\xff", .before = "a\"b", .after = "c", .facts = {{"Model", "tiny</td>"}}},
      *recorder);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_THAT(*page, HasSubstr("<h1>&lt;script&gt;&amp;?</h1>"));
  EXPECT_THAT(*page, HasSubstr("<td>a&quot;b</td>"));
  EXPECT_THAT(*page, HasSubstr("tiny&lt;/td&gt;"));
  EXPECT_THAT(*page, HasSubstr("<td>2 s, 16000 Hz, 1 channel</td>"));
  // A tone of 0.5 has -9 dBFS, and one of 0.05 has -29.
  EXPECT_THAT(*page, HasSubstr("Mean level in dBFS (RMS)</th><td>-9</td><td>-29</td>"));
  EXPECT_THAT(*page, HasSubstr("<td>20</td><td>12</td><td>3</td></tr>"));
  EXPECT_THAT(*page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(*page, Not(HasSubstr("http:")));
  EXPECT_THAT(*page, Not(HasSubstr("https:")));
}

TEST(ReportPageTest, WhatIsNotKnownIsNotDrawn) {
  auto recorder = SoundRecorder::Create({.rate_hz = kRateHz, .channels = 1});
  ASSERT_TRUE(recorder.ok());
  ASSERT_TRUE((*recorder)->HearBefore(std::vector<float>(kRateHz, 0.0f)).ok());
  ASSERT_TRUE((*recorder)->HearAfter(std::vector<float>(kRateHz, 0.0f)).ok());
  ASSERT_TRUE((*recorder)->Finish().ok());
  const auto page =
      ReportPage({.title = "silence", .before = "a", .after = "b", .facts = {}}, **recorder);
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(*page, Not(HasSubstr("id=\"snr\"")));
  EXPECT_THAT(*page, Not(HasSubstr("id=\"gain\"")));
  EXPECT_THAT(*page, HasSubstr("id=\"attenuation\""));
}

TEST(ReportPageTest, ASoundWithoutSamplesHasNone) {
  auto recorder = SoundRecorder::Create({.rate_hz = kRateHz, .channels = 1});
  ASSERT_TRUE(recorder.ok());
  ASSERT_TRUE((*recorder)->Finish().ok());
  const auto page =
      ReportPage({.title = "none", .before = "a", .after = "b", .facts = {}}, **recorder);
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().code, ErrorCode::kInvalidArgument);
}

TEST(ReportListPageTest, LinksAreAddresses) {
  const std::string page = ReportListPage(
      {.title = "Sounds",
       .columns = {"Length, s", "LUFS"},
       .sounds = {{.name = "a&b.wav", .page = "r-pages/1-a&b #.wav.html", .figures = {"3", "-20"}},
                  {.name = "bad.wav", .error = "is <no> sound"}},
       .notes = {"one more"},
       .facts = {}});
  EXPECT_THAT(page, HasSubstr("<a href=\"r-pages/1-a%26b%20%23.wav.html\">a&amp;b.wav</a>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"text\" colspan=\"2\">is &lt;no&gt; sound</td>"));
  EXPECT_THAT(page, HasSubstr("<p>one more</p>"));
}

}  // namespace
}  // namespace dfn
