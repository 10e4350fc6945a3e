#include "audio/mp3_length.h"

#include <array>
#include <cstring>
#include <span>

#include "audio/chunks.h"

namespace dfn {
namespace {

// The offset behind an ID3v2 tag; its size has 7 bits a byte.
uint64_t BehindTag(const FileView& view, uint64_t offset) {
  std::array<uint8_t, 10> head{};
  if (view.Read(offset, head) < head.size() || std::memcmp(head.data(), "ID3", 3) != 0) {
    return offset;
  }
  uint64_t size = 0;
  for (size_t i = 6; i < 10; ++i) size = size << 7 | (head[i] & 0x7F);
  const bool has_footer = (head[5] & 0x10) != 0;
  return offset + head.size() + size + (has_footer ? head.size() : 0);
}

}  // namespace

std::optional<Mp3Length> ReadMp3Length(const FileView& view, uint64_t offset) {
  const uint64_t frame = BehindTag(view, offset);
  std::array<uint8_t, 52> head{};
  if (view.Read(frame, head) < head.size()) return std::nullopt;
  if (head[0] != 0xFF || (head[1] & 0xE0) != 0xE0) return std::nullopt;
  const bool mpeg1 = (head[1] & 0x18) == 0x18;
  const bool mono = (head[3] & 0xC0) == 0xC0;
  // Behind the side information of a frame of layer III.
  const size_t side_bytes = mpeg1 ? (mono ? 17 : 32) : (mono ? 9 : 17);
  const auto info = std::span<const uint8_t>(head).subspan(4 + side_bytes);
  if (std::memcmp(info.data(), "Xing", 4) != 0 && std::memcmp(info.data(), "Info", 4) != 0) {
    return std::nullopt;
  }
  const uint8_t fields = info[7];
  Mp3Length length;
  length.has_frames = (fields & 1) != 0;
  if ((fields & 2) != 0) {
    length.end = frame + LoadNumber(info.subspan(length.has_frames ? 12 : 8, 4), true);
  }
  return length;
}

}  // namespace dfn
