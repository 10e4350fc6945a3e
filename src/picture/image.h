// Pictures as pixels.
#ifndef DEEPFILTER_PICTURE_IMAGE_H_
#define DEEPFILTER_PICTURE_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dfn {

// Rows from top to bottom, pixels from left to right, each the index of a colour.
struct IndexImage {
  size_t width = 0;
  size_t height = 0;
  std::vector<uint8_t> pixels;  // [height, width]
};

// One of LevelColours.
struct LevelImage : IndexImage {};

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_IMAGE_H_
