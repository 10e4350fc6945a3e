#include "audio/tag_picture.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace dfn {
namespace {

// A tag has a few dozen fields; a hostile one has no more of them looked at.
constexpr int kMostFields = 1000;
// Ogg's comments come at the start, and of a picture its name.
constexpr size_t kOggBytes = size_t{64} << 10;

std::string_view TextOf(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A number of `bits` a byte, the highest first.
uint64_t NumberOf(std::span<const uint8_t> bytes, int bits) {
  uint64_t number = 0;
  for (const uint8_t byte : bytes) number = number << bits | (byte & ((1u << bits) - 1));
  return number;
}

// ID3v2.2 to 2.4: frames of a name, a size and, from 2.3 on, flags.
bool Id3HasPicture(const FileView& view, std::span<const uint8_t> head) {
  const uint8_t version = head[3];
  const uint64_t end = head.size() + NumberOf(head.subspan(6, 4), 7);
  const size_t name_bytes = version == 2 ? 3 : 4;
  const size_t head_bytes = version == 2 ? 6 : 10;
  const int size_bits = version == 4 ? 7 : 8;
  const std::string_view picture = version == 2 ? "PIC" : "APIC";
  uint64_t at = head.size();
  std::array<uint8_t, 10> frame = {};
  if (version > 2 && (head[5] & 0x40) != 0) {
    // An extended header, whose size counts itself in 2.4 alone.
    const std::span<uint8_t> size = std::span(frame).first(4);
    if (view.Read(at, size) < size.size()) return false;
    at += NumberOf(size, size_bits) + (version == 4 ? 0 : size.size());
  }
  for (int i = 0; i < kMostFields && at + head_bytes <= end; ++i) {
    const std::span<uint8_t> read = std::span(frame).first(head_bytes);
    if (view.Read(at, read) < head_bytes || read[0] == 0) return false;
    if (TextOf(read.first(name_bytes)) == picture) return true;
    at += head_bytes + NumberOf(read.subspan(name_bytes, name_bytes), size_bits);
  }
  return false;
}

bool FlacHasPicture(const FileView& view) {
  constexpr uint8_t kLast = 0x80;
  constexpr uint8_t kPicture = 6;
  uint64_t at = 4;
  std::array<uint8_t, 4> block = {};
  for (int i = 0; i < kMostFields; ++i) {
    if (view.Read(at, block) < block.size()) return false;
    if ((block[0] & ~kLast) == kPicture) return true;
    if ((block[0] & kLast) != 0) return false;
    at += block.size() + NumberOf(std::span(block).subspan(1), 8);
  }
  return false;
}

bool OggHasPicture(const FileView& view) {
  constexpr std::string_view kName = "metadata_block_picture=";
  std::vector<uint8_t> start(kOggBytes);
  start.resize(view.Read(0, start));
  return std::search(start.begin(), start.end(), kName.begin(), kName.end(),
                     [](uint8_t byte, char letter) {
                       return (byte >= 'A' && byte <= 'Z' ? byte + 32 : byte) == letter;
                     }) != start.end();
}

}  // namespace

bool HasTagPicture(const FileView& view) {
  std::array<uint8_t, 10> head = {};
  if (view.Read(0, head) < head.size()) return false;
  const std::string_view text = TextOf(head);
  if (text.starts_with("fLaC")) return FlacHasPicture(view);
  if (text.starts_with("OggS")) return OggHasPicture(view);
  const bool known = text[3] >= 2 && text[3] <= 4;
  return text.starts_with("ID3") && known && Id3HasPicture(view, head);
}

}  // namespace dfn
