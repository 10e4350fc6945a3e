#include "picture/colour_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dfn {
namespace {

// Ends of the ramp. The dark end is not black and the light end not white, so that the picture
// stands out from a page of either theme.
constexpr double kDarkest = 0.13;
constexpr double kLightest = 0.97;
constexpr double kFirstHue = 285.0;
constexpr double kLastHue = 465.0;

double ToLinear(double value) {
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double FromLinear(double value) {
  value = std::clamp(value, 0.0, 1.0);
  return value <= 0.0031308 ? 12.92 * value : 1.055 * std::pow(value, 1.0 / 2.4) - 0.055;
}

uint8_t Byte(double linear) {
  return static_cast<uint8_t>(std::lround(255.0 * FromLinear(linear)));
}

// Oklab to linear sRGB, by the matrices of its definition.
Colour FromOklab(double lightness, double a, double b) {
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3.0);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3.0);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3.0);
  return {Byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          Byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          Byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

}  // namespace

std::array<Colour, kLevels> LevelColours() {
  std::array<Colour, kLevels> colours;
  for (size_t i = 0; i < colours.size(); ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(kLevels - 1);
    const double lightness = kDarkest + t * (kLightest - kDarkest);
    const double hue = (kFirstHue + t * (kLastHue - kFirstHue)) * std::numbers::pi / 180.0;
    // Near black and white a screen has less chroma; these lines stay within what sRGB has.
    const double chroma = std::min({0.06 + 0.3 * t, 0.16, 0.075 + 0.36 * (1.0 - t)});
    colours[i] = FromOklab(lightness, chroma * std::cos(hue), chroma * std::sin(hue));
  }
  return colours;
}

uint8_t LevelIndex(float level_db, float floor_db, float top_db) {
  const float place = (level_db - floor_db) / (top_db - floor_db);
  return static_cast<uint8_t>(
      std::lround(static_cast<float>(kLevels - 1) * std::clamp(place, 0.0f, 1.0f)));
}

double OklabLightness(Colour colour) {
  const double r = ToLinear(colour.red / 255.0);
  const double g = ToLinear(colour.green / 255.0);
  const double b = ToLinear(colour.blue / 255.0);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
}

}  // namespace dfn
