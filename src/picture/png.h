// Pictures as PNG files (ISO/IEC 15948), deflated by zlib.
#ifndef DEEPFILTER_PICTURE_PNG_H_
#define DEEPFILTER_PICTURE_PNG_H_

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "picture/colour_map.h"
#include "picture/image.h"

namespace dfn {

// The bytes of a file with a palette of 256 colours at most, and of one with LevelColours; the same
// bytes for the same picture and zlib. Neither side of the picture is 0, and each pixel is in the
// palette. Errors: kIo (out of memory).
Result<std::string> PalettePng(const IndexImage& image, std::span<const Colour> palette);
Result<std::string> LevelPng(const LevelImage& image);

// Bytes in base64, as data: addresses have them.
std::string Base64(std::string_view bytes);

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_PNG_H_
