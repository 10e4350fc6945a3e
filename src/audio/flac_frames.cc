#include "audio/flac_frames.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <vector>

#include "audio/chunks.h"

namespace dfn {
namespace {

// Sync and codes (4 bytes), the coded number (7), block size (2), rate (2), checksum.
constexpr size_t kMostHeaderBytes = 16;

// CRC-8 with the polynomial x^8 + x^2 + x + 1.
uint8_t Checksum(std::span<const uint8_t> bytes) {
  unsigned sum = 0;
  for (const uint8_t byte : bytes) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 0x80) != 0 ? (sum << 1) ^ 0x07 : sum << 1;
    sum &= 0xFF;
  }
  return static_cast<uint8_t>(sum);
}

// The number of a frame or of a sample, coded as UTF-8 codes characters but up to 36 bits.
std::optional<uint64_t> ReadCodedNumber(std::span<const uint8_t> bytes, size_t& used) {
  const auto ones = static_cast<size_t>(std::countl_one(bytes[0]));
  if (ones == 1 || ones > 7) return std::nullopt;
  used = std::max<size_t>(ones, 1);
  uint64_t number = ones == 0 ? bytes[0] : bytes[0] & (0x7F >> ones);
  for (size_t i = 1; i < used; ++i) {
    if ((bytes[i] & 0xC0) != 0x80) return std::nullopt;
    number = number << 6 | (bytes[i] & 0x3F);
  }
  return number;
}

// The first sample of the frame whose header `bytes` begin with; nothing if they begin with none.
std::optional<uint64_t> ReadFrameHeader(std::span<const uint8_t> bytes, const FlacStart& start) {
  const bool sync = bytes[0] == 0xFF && (bytes[1] & 0xFE) == 0xF8;
  const unsigned size_code = bytes[2] >> 4;
  const unsigned rate_code = bytes[2] & 0x0F;
  const bool reserved =
      size_code == 0 || rate_code == 15 || (bytes[3] >> 4) > 10 || (bytes[3] & 1) != 0;
  if (!sync || reserved) return std::nullopt;
  size_t number_bytes = 0;
  const std::optional<uint64_t> number = ReadCodedNumber(bytes.subspan(4), number_bytes);
  if (!number) return std::nullopt;
  size_t size = 4 + number_bytes;
  if (size_code == 6) size += 1;
  if (size_code == 7) size += 2;
  if (rate_code == 12) size += 1;
  if (rate_code == 13 || rate_code == 14) size += 2;
  if (Checksum(bytes.first(size)) != bytes[size]) return std::nullopt;
  const bool counts_samples = (bytes[1] & 1) != 0;
  if (counts_samples) return number;
  return start.block_samples == 0 ? std::nullopt
                                  : std::optional<uint64_t>(*number * start.block_samples);
}

}  // namespace

std::optional<FlacStart> ReadFlacStart(const FileView& view) {
  std::array<uint8_t, 12> head{};
  if (view.Read(0, head) < head.size() || std::memcmp(head.data(), "fLaC", 4) != 0) {
    return std::nullopt;
  }
  FlacStart start;
  const uint64_t least = LoadNumber(std::span(head).subspan(8, 2), true);
  const uint64_t most = LoadNumber(std::span(head).subspan(10, 2), true);
  if (least == most) start.block_samples = static_cast<size_t>(least);
  uint64_t offset = 4;
  for (bool last = false; !last;) {
    std::array<uint8_t, 4> block{};
    if (view.Read(offset, block) < block.size()) return std::nullopt;
    last = (block[0] & 0x80) != 0;
    offset += block.size() + LoadNumber(std::span(block).subspan(1), true);
  }
  start.first_frame = std::min(offset, view.size());
  return start;
}

std::optional<FlacFrame> FindFlacFrame(const FileView& view, const FlacStart& start,
                                       uint64_t offset, uint64_t least_sample) {
  constexpr size_t kBlockBytes = size_t{1} << 16;
  std::vector<uint8_t> block(kBlockBytes + kMostHeaderBytes);
  for (; offset < view.size(); offset += kBlockBytes) {
    std::fill(block.begin(), block.end(), uint8_t{0});
    const size_t size = std::min(view.Read(offset, block), kBlockBytes);
    for (size_t i = 0; i < size; ++i) {
      if (block[i] != 0xFF) continue;
      const auto sample = ReadFrameHeader(std::span(block).subspan(i, kMostHeaderBytes), start);
      if (sample && *sample >= least_sample) return FlacFrame{offset + i, *sample};
    }
    if (size == 0) break;
  }
  return std::nullopt;
}

}  // namespace dfn
