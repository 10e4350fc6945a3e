#include "cli/live/live_screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace dfn {
namespace {

using testing::HasSubstr;
using testing::Not;

class LiveScreenTest : public testing::Test {
 protected:
  LiveScreenTest() : meter_(48000, 1, 0, 512) {
    std::vector<float> frames;
    for (int i = 0; i < 48000 * 5; ++i) {
      const double tone = std::sin(2.0 * std::numbers::pi * 1000.0 * i / 48000.0);
      frames.push_back(static_cast<float>(0.25 * tone));
      frames.push_back(static_cast<float>(0.025 * tone));
    }
    meter_.Hear(frames);
    content_.status.levels = meter_.levels();
    content_.status.device.input = "USB microphone";
    content_.status.device.output = "Headphones";
    content_.status.device.block_samples = 256;
    content_.status.engine.rate_hz = 48000;
    content_.status.engine.load = 0.051f;
    content_.status.engine.local_snr_db = 7.25f;
    content_.status.delay_ms = 42.5;
    content_.status.missed_blocks = 3;
    content_.status.seconds = 75.0;
    content_.title = "dfn3  pipewire";
    content_.message = "sound comes again";
    content_.meter = &meter_;
  }

  std::string Text(size_t columns, size_t rows) {
    const Canvas canvas = DrawLive(content_, look_, columns, rows);
    EXPECT_EQ(canvas.columns(), columns);
    EXPECT_EQ(canvas.rows(), rows);
    std::string text;
    for (size_t row = 0; row < rows; ++row) text += canvas.Text(row) + "\n";
    return text;
  }

  LiveMeter meter_;
  ScreenContent content_;
  ScreenLook look_;
};

TEST_F(LiveScreenTest, ShowsEverythingAt80By24) {
  const std::string text = Text(80, 24);
  for (const char* part :
       {"deepfilter live", "dfn3  pipewire", "1:15", "USB microphone", "Headphones", "-15.1 dB",
        "-35.1 dB", "noise taken 20.0 dB", "local SNR 7.2 dB", "missed 3", "delay 42.5 ms",
        "cpu 5.1 %", "256 of 48000 Hz", "limit none", "before", "after", "sound comes again",
        "q end"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST_F(LiveScreenTest, ShowsStates) {
  content_.bypass = true;
  content_.status.recording = "both.wav";
  content_.status.recorded_seconds = 9.0;
  content_.status.levels.before.clipped = true;
  content_.controls.atten_lim_db = 12.0f;
  content_.controls.post_filter = true;
  std::string text = Text(80, 24);
  for (const char* part :
       {" BYPASS ", " REC 0:09 ", "CLIPPED", "limit 12 dB", "post filter on", "both.wav"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  content_.status.lost = true;
  EXPECT_THAT(Text(80, 24), HasSubstr("NO DEVICE"));
}

TEST_F(LiveScreenTest, AsciiHasNoOtherSigns) {
  look_.ascii = true;
  for (const char c : Text(80, 24)) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST_F(LiveScreenTest, AnEndShowsThatANameIsCut) {
  content_.status.device.input = std::string(74, 'x') + "y";
  EXPECT_THAT(Text(80, 24), HasSubstr("xy\n"));
  content_.status.device.input += "z";
  EXPECT_THAT(Text(80, 24), HasSubstr("in   " + std::string(74, 'x') + "\u2026\n"));
  content_.status.levels.before.clipped = true;
  EXPECT_THAT(Text(80, 24), HasSubstr("in   " + std::string(66, 'x') + "\u2026 CLIPPED\n"));
  look_.ascii = true;
  EXPECT_THAT(Text(80, 24), HasSubstr("in   " + std::string(64, 'x') + "... CLIPPED\n"));
}

TEST_F(LiveScreenTest, WithoutColoursNoneIsUsed) {
  look_.colours = ScreenColours::kNone;
  const Canvas canvas = DrawLive(content_, look_, 80, 24);
  for (size_t row = 0; row < 24; ++row) {
    for (size_t column = 0; column < 80; ++column) {
      EXPECT_EQ(canvas.at(column, row).style.ink, kPlain);
      EXPECT_EQ(canvas.at(column, row).style.paper, kPlain);
    }
  }
}

TEST_F(LiveScreenTest, ThePictureIsBrightestAtTheTone) {
  look_.ascii = true;
  look_.colours = ScreenColours::kNone;
  const Canvas canvas = DrawLive(content_, look_, 80, 40);
  // The row beside the mark of 1 kHz, the newest moment.
  for (size_t row = 9; row < 40; ++row) {
    if (canvas.Text(row).starts_with("   1k")) {
      EXPECT_NE(std::string("%@").find(static_cast<char>(canvas.at(79, row).sign)),
                std::string::npos)
          << canvas.Text(row);
      return;
    }
  }
  FAIL() << "no mark of 1 kHz";
}

TEST_F(LiveScreenTest, AnySizeIsDrawn) {
  for (size_t columns = 1; columns < 220; columns += columns < 30 ? 1 : 17) {
    for (size_t rows = 1; rows < 70; rows += rows < 26 ? 1 : 9) {
      for (const bool help : {false, true}) {
        look_.help = help;
        DrawLive(content_, look_, columns, rows);
      }
    }
  }
  look_.help = false;
  EXPECT_THAT(Text(200, 60), HasSubstr("before"));
  EXPECT_THAT(Text(80, 12), Not(HasSubstr("before")));
}

TEST_F(LiveScreenTest, HelpTakesThePlaceOfThePictures) {
  look_.help = true;
  const std::string text = Text(80, 24);
  EXPECT_THAT(text, HasSubstr("hear the sound as it is"));
  EXPECT_THAT(text, Not(HasSubstr("before")));
}

TEST_F(LiveScreenTest, SaysWhatIsMissing) {
  content_.status.device.input.clear();
  content_.meter = nullptr;
  EXPECT_THAT(Text(80, 24), HasSubstr("in   nothing"));
}

}  // namespace
}  // namespace dfn
