#include "picture/drawing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <numbers>
#include <string>

#include "picture/number_text.h"
#include "picture/plot.h"
#include "picture/png.h"
#include "picture/stroke_font.h"

namespace dfn {
namespace {

using testing::HasSubstr;
using testing::Not;

uint32_t BigEndian(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

struct ReadPng {
  uint32_t width = 0;
  uint32_t height = 0;
  std::string palette;
  std::string pixels;
};

// Undoes what PNG does, for files with a palette, no filters, and each chunk once.
ReadPng Read(const std::string& file) {
  ReadPng png;
  std::string data;
  EXPECT_EQ(file.substr(0, 8), std::string("\x89PNG\r\n\x1a\n", 8));
  for (size_t at = 8; at + 12 <= file.size();) {
    const size_t size = BigEndian(file, at);
    const std::string kind = file.substr(at + 4, 4);
    const std::string body = file.substr(at + 8, size);
    const auto* const checked = reinterpret_cast<const Bytef*>(file.data() + at + 4);
    EXPECT_EQ(BigEndian(file, at + 8 + size), crc32(0, checked, static_cast<uInt>(size + 4)));
    if (kind == "IHDR") {
      png.width = BigEndian(body, 0);
      png.height = BigEndian(body, 4);
      EXPECT_EQ(body[8], 8);
      EXPECT_EQ(body[9], 3);
    }
    if (kind == "PLTE") png.palette = body;
    if (kind == "IDAT") data = body;
    at += 12 + size;
  }
  const size_t row = png.width + 1;
  std::string rows(row * png.height, '\0');
  uLongf size = rows.size();
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(rows.data()), &size,
                       reinterpret_cast<const Bytef*>(data.data()), data.size()),
            Z_OK);
  EXPECT_EQ(size, rows.size());
  for (size_t y = 0; y < png.height; ++y) {
    EXPECT_EQ(rows[y * row], 0);
    png.pixels += rows.substr(y * row + 1, png.width);
  }
  return png;
}

TEST(PngTest, LevelsComeBackWithTheirPalette) {
  LevelImage image{{.width = 37, .height = 21, .pixels = {}}};
  for (size_t i = 0; i < 37 * 21; ++i) image.pixels.push_back(static_cast<uint8_t>(i * i % 127));
  const auto file = LevelPng(image);
  ASSERT_TRUE(file.ok());
  const ReadPng png = Read(*file);
  EXPECT_EQ(png.width, 37u);
  EXPECT_EQ(png.height, 21u);
  EXPECT_EQ(png.pixels, std::string(image.pixels.begin(), image.pixels.end()));
  ASSERT_EQ(png.palette.size(), 384u);
  EXPECT_EQ(static_cast<uint8_t>(png.palette[381]), LevelColours()[127].red);
}

TEST(PngTest, Base64OfTheStandardsExamples) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64("\xff\xfe"), "//4=");
}

TEST(NumberTextTest, RoundsAndDropsZeros) {
  EXPECT_EQ(NumberText(0.0, 2), "0");
  EXPECT_EQ(NumberText(-0.001, 2), "0");
  EXPECT_EQ(NumberText(12.5, 2), "12.5");
  EXPECT_EQ(NumberText(-0.256, 2), "-0.26");
  EXPECT_EQ(NumberText(1999.999, 2), "2000");
  EXPECT_EQ(NumberText(3.05, 3), "3.05");
  EXPECT_EQ(NumberText(NAN, 1), "0");
}

TEST(EscapedXmlTest, KeepsTextAndNothingThatXmlForbids) {
  EXPECT_EQ(EscapedXml("a<b & \"c\" > \xc3\xa9"), "a&lt;b &amp; &quot;c&quot; &gt; \xc3\xa9");
  EXPECT_EQ(EscapedXml("x\x01\xff y\n"), "x?? y ");
}

TEST(StrokeFontTest, EverySignOfAsciiHasStrokesOfItsOwnWithinItsLine) {
  std::vector<std::string> seen;
  for (char sign = '!'; sign <= '~'; ++sign) {
    const StrokeText text = TextStrokes(std::string(1, sign), 12.0);
    ASSERT_FALSE(text.strokes.empty()) << sign;
    std::string shape;
    for (const Stroke& stroke : text.strokes) {
      shape += "|";
      for (const StrokePoint& point : stroke) {
        EXPECT_GE(point.x, 0.0) << sign;
        EXPECT_LE(point.x, text.width + 1e-9) << sign;
        EXPECT_GE(point.y, -0.7 * 12.0 - 1e-9) << sign;
        EXPECT_LE(point.y, 0.25 * 12.0) << sign;
        shape += NumberText(point.x, 3) + "," + NumberText(point.y, 3) + " ";
      }
    }
    // O and 0 have one shape.
    if (sign != 'O') {
      EXPECT_THAT(seen, Not(testing::Contains(shape))) << sign;
    }
    seen.push_back(shape);
  }
}

TEST(StrokeFontTest, OtherSignsAreOneBoxAndDashesAreHyphens) {
  EXPECT_EQ(TextStrokes("\xc3\xa9", 12.0).strokes.size(), 1u);
  EXPECT_EQ(TextStrokes("\u2212", 12.0).width, TextStrokes("-", 12.0).width);
  EXPECT_EQ(TextStrokes("", 12.0).width, 0.0);
}

Spectrogram TonePlot() {
  Spectrogram spectrogram({.axis = {.rows = 200, .low_hz = 0.0, .high_hz = 24000.0}});
  std::vector<float> tone(48000);
  for (size_t i = 0; i < tone.size(); ++i) {
    tone[i] = static_cast<float>(std::sin(2.0 * std::numbers::pi * 0.25 * static_cast<double>(i)));
  }
  spectrogram.Hear(tone);
  spectrogram.Finish();
  return spectrogram;
}

TEST(PlotTest, AToneIsALightLineAtItsFrequency) {
  const Spectrogram tone = TonePlot();
  const LevelRange range = RangeOf({&tone}, 80.0f);
  EXPECT_EQ(range.top_db, 0.0f);
  EXPECT_EQ(range.floor_db, -80.0f);
  // 12 kHz is where the upper half begins.
  for (const size_t width : {50u, 900u}) {
    const LevelImage image = LevelPicture(tone, 1.0, width, 200, range);
    EXPECT_EQ(image.pixels[99 * width + width / 2], 127) << width;
    EXPECT_LT(image.pixels[50 * width + width / 2], 10) << width;
  }
  // What comes behind the sound's end is dark.
  const LevelImage longer = LevelPicture(tone, 2.0, 100, 200, range);
  EXPECT_EQ(longer.pixels[99 * 100 + 25], 127);
  EXPECT_EQ(longer.pixels[99 * 100 + 75], 0);
}

TEST(PlotTest, BothFormatsHaveTheirSize) {
  const Spectrogram tone = TonePlot();
  const PlotOptions options = {.width = 640, .height = 400, .title = "A < B"};
  const auto png = DrawPlot(PlotFormat::kPng, {{"tone", &tone}}, options);
  ASSERT_TRUE(png.ok());
  const ReadPng read = Read(*png);
  EXPECT_EQ(read.width, 640u);
  EXPECT_EQ(read.height, 400u);
  const auto svg = DrawPlot(PlotFormat::kSvg, {{"tone", &tone}}, options);
  ASSERT_TRUE(svg.ok());
  EXPECT_THAT(*svg, HasSubstr("viewBox=\"0 0 640 400\""));
  EXPECT_THAT(*svg, HasSubstr("A &lt; B</title>"));
  EXPECT_THAT(*svg, HasSubstr(">Frequency in kHz</text>"));
}

TEST(PlotTest, SilenceHasAScale) {
  Spectrogram silence({});
  silence.Hear(std::vector<float>(4800, 0.0f));
  silence.Finish();
  const LevelRange range = RangeOf({&silence}, 80.0f);
  EXPECT_EQ(range.top_db, -20.0f);
  EXPECT_EQ(LevelPicture(silence, 0.1, 10, 10, range).pixels, std::vector<uint8_t>(100, 0));
}

}  // namespace
}  // namespace dfn
