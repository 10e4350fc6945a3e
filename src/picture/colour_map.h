// The colours of levels: dark is quiet.
#ifndef DEEPFILTER_PICTURE_COLOUR_MAP_H_
#define DEEPFILTER_PICTURE_COLOUR_MAP_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace dfn {

struct Colour {
  uint8_t red = 0;
  uint8_t green = 0;
  uint8_t blue = 0;
  friend bool operator==(const Colour&, const Colour&) = default;
};

// Enough for steps of 0.6 dB over 80 dB, which nobody sees; twice as many make files a sixth larger.
inline constexpr size_t kLevels = 128;

// From dark violet through magenta and orange to light yellow, computed in Oklab (Ottosson 2020): the
// lightness grows evenly from 0.13 to 0.97 while the hue turns by half a circle, from 285 to 465 (105)
// degrees. Since lightness alone tells the order, the map reads the same to people who tell fewer
// colours apart, and in black and white.
std::array<Colour, kLevels> LevelColours();

// The index of a level between `floor_db` and `top_db` among kLevels colours; beyond both ends the ends.
uint8_t LevelIndex(float level_db, float floor_db, float top_db);

// Oklab lightness of a colour, 0 black to 1 white.
double OklabLightness(Colour colour);

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_COLOUR_MAP_H_
