#include "picture/colour_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace dfn {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

// What people see who lack one kind of cones, in linear sRGB (Machado, Oliveira, Fernandes 2009).
constexpr std::array<Matrix, 3> kFewerCones = {{
    {{{0.152286, 1.052583, -0.204868},
      {0.114503, 0.786281, 0.099216},
      {-0.003882, -0.048116, 1.051998}}},
    {{{0.367322, 0.860646, -0.227968},
      {0.280085, 0.672501, 0.047413},
      {-0.011820, 0.042940, 0.968881}}},
    {{{1.255528, -0.076749, -0.178779},
      {-0.078411, 0.930809, 0.147602},
      {0.004733, 0.691367, 0.303900}}},
}};

double ToLinear(uint8_t byte) {
  const double value = byte / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

uint8_t ToByte(double linear) {
  linear = std::clamp(linear, 0.0, 1.0);
  const double value =
      linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1.0 / 2.4) - 0.055;
  return static_cast<uint8_t>(std::lround(255.0 * value));
}

Colour SeenWith(const Matrix& matrix, Colour colour) {
  const std::array<double, 3> in = {ToLinear(colour.red), ToLinear(colour.green),
                                    ToLinear(colour.blue)};
  std::array<uint8_t, 3> out;
  for (size_t i = 0; i < 3; ++i) {
    out[i] = ToByte(matrix[i][0] * in[0] + matrix[i][1] * in[1] + matrix[i][2] * in[2]);
  }
  return {out[0], out[1], out[2]};
}

// Rounding to bytes moves the lightness by up to half a step of a byte, which near black is much.
constexpr double kRounding = 0.006;

TEST(LevelColoursTest, LightnessGrowsEvenlySoThatNoColourIsBeyondTheScreens) {
  const auto colours = LevelColours();
  for (size_t i = 0; i < colours.size(); ++i) {
    const double expected = 0.13 + (0.97 - 0.13) * static_cast<double>(i) / 127.0;
    EXPECT_NEAR(OklabLightness(colours[i]), expected, kRounding) << i;
  }
}

TEST(LevelColoursTest, TheOrderStaysForPeopleWhoSeeFewerColours) {
  const auto colours = LevelColours();
  for (const Matrix& matrix : kFewerCones) {
    // Four steps are 2.5 dB of a scale of 80 dB.
    for (size_t i = 4; i < colours.size(); ++i) {
      EXPECT_GT(OklabLightness(SeenWith(matrix, colours[i])),
                OklabLightness(SeenWith(matrix, colours[i - 4])))
          << i;
    }
  }
}

TEST(LevelColoursTest, LightnessOfBlackAndWhite) {
  EXPECT_NEAR(OklabLightness({0, 0, 0}), 0.0, 1e-6);
  EXPECT_NEAR(OklabLightness({255, 255, 255}), 1.0, 1e-6);
}

TEST(LevelIndexTest, EndsAndMiddle) {
  EXPECT_EQ(LevelIndex(-200.0f, -90.0f, 0.0f), 0);
  EXPECT_EQ(LevelIndex(-90.0f, -90.0f, 0.0f), 0);
  EXPECT_EQ(LevelIndex(-45.0f, -90.0f, 0.0f), 64);
  EXPECT_EQ(LevelIndex(0.0f, -90.0f, 0.0f), 127);
  EXPECT_EQ(LevelIndex(20.0f, -90.0f, 0.0f), 127);
}

}  // namespace
}  // namespace dfn
