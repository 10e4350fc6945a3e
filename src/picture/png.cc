#include "picture/png.h"

#include <zlib.h>

#include <cstdint>

namespace dfn {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
constexpr char kPaletteKind = 3;

void AppendBigEndian(std::string& bytes, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((value >> shift) & 0xff));
  }
}

void AppendChunk(std::string& file, std::string_view kind, std::string_view data) {
  AppendBigEndian(file, static_cast<uint32_t>(data.size()));
  std::string body(kind);
  body.append(data);
  file.append(body);
  const auto* const bytes = reinterpret_cast<const Bytef*>(body.data());
  AppendBigEndian(file, static_cast<uint32_t>(crc32(0, bytes, static_cast<uInt>(body.size()))));
}

Result<std::string> Deflated(const std::string& bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  const int code = compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                             reinterpret_cast<const Bytef*>(bytes.data()),
                             static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION);
  if (code != Z_OK) return Error{ErrorCode::kIo, "out of memory for a picture"};
  out.resize(size);
  return out;
}

void AppendColour(std::string& bytes, Colour colour) {
  bytes.push_back(static_cast<char>(colour.red));
  bytes.push_back(static_cast<char>(colour.green));
  bytes.push_back(static_cast<char>(colour.blue));
}

// Each row behind the number of its filter, which is none: the differences of indices mean nothing.
std::string Rows(const IndexImage& image) {
  std::string rows;
  rows.reserve((image.width + 1) * image.height);
  const auto* const pixels = reinterpret_cast<const char*>(image.pixels.data());
  for (size_t y = 0; y < image.height; ++y) {
    rows.push_back('\0');
    rows.append(pixels + y * image.width, image.width);
  }
  return rows;
}

}  // namespace

Result<std::string> PalettePng(const IndexImage& image, std::span<const Colour> palette) {
  std::string file(kSignature);
  std::string header;
  AppendBigEndian(header, static_cast<uint32_t>(image.width));
  AppendBigEndian(header, static_cast<uint32_t>(image.height));
  header.push_back(8);  // bits
  header.push_back(kPaletteKind);
  header.append(3, '\0');  // deflate, its filters, not interlaced
  AppendChunk(file, "IHDR", header);
  std::string colours;
  for (const Colour colour : palette) AppendColour(colours, colour);
  AppendChunk(file, "PLTE", colours);
  DFN_TRY(const std::string data, Deflated(Rows(image)));
  AppendChunk(file, "IDAT", data);
  AppendChunk(file, "IEND", {});
  return file;
}

Result<std::string> LevelPng(const LevelImage& image) { return PalettePng(image, LevelColours()); }

std::string Base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0u);
    }
    for (size_t k = 0; k < 4; ++k) {
      text.push_back(i + k > bytes.size() ? '=' : kDigits[(bits >> (18 - 6 * k)) & 63]);
    }
  }
  return text;
}

}  // namespace dfn
