#include "audio/chunks.h"

#include <algorithm>
#include <cstring>

namespace dfn {
namespace {

// More chunks than any program writes; a walk over more would take long and help nobody.
constexpr size_t kMostChunks = 10'000;

uint64_t RoundedUp(uint64_t value, uint64_t step) { return (value + step - 1) / step * step; }

}  // namespace

uint64_t LoadNumber(std::span<const uint8_t> bytes, bool big_endian) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    value = value << 8 | bytes[big_endian ? i : bytes.size() - 1 - i];
  }
  return value;
}

std::vector<uint8_t> StoreNumber(uint64_t value, size_t size, bool big_endian) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) {
    bytes[big_endian ? size - 1 - i : i] = static_cast<uint8_t>(value >> (8 * i));
  }
  return bytes;
}

bool IsChunkName(std::span<const uint8_t> bytes) {
  return bytes.size() >= 4 && std::all_of(bytes.begin(), bytes.begin() + 4,
                                          [](uint8_t c) { return c >= 0x20 && c < 0x7F; });
}

bool IsKnownChunkName(std::string_view name) {
  constexpr std::array<std::string_view, 38> kNames = {
      "RIFF", "RF64", "riff", "fmt ", "data", "SSND", "LIST", "list", "id3 ", "ID3 ",
      "bext", "iXML", "cue ", "smpl", "inst", "fact", "PEAK", "JUNK", "junk", "PAD ",
      "FLLR", "afsp", "_PMX", "axml", "chna", "levl", "cart", "MARK", "NAME", "AUTH",
      "ANNO", "(c) ", "COMT", "INST", "APPL", "info", "free", "strg"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool IsPadding(std::span<const uint8_t, 5> bytes) {
  const auto known = [&](size_t offset) {
    return IsKnownChunkName({reinterpret_cast<const char*>(bytes.data()) + offset, 4});
  };
  if (bytes[0] == 0 || known(1)) return true;
  return !known(0) && (IsChunkName(bytes.subspan(1)) || !IsChunkName(bytes));
}

bool IsTagOfAnotherFormat(std::span<const uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  constexpr std::array<std::string_view, 4> kTags = {"TAG", "ID3", "APETAGEX", "LYRICSBEGIN"};
  return std::any_of(kTags.begin(), kTags.end(),
                     [&](std::string_view tag) { return text.starts_with(tag); });
}

std::optional<FileChunk> ReadChunk(const FileView& view, uint64_t offset, const ChunkStyle& style,
                                   ChunkNames names) {
  std::array<uint8_t, 24> header{};
  const std::span<uint8_t> used = std::span(header).first(style.header_bytes());
  if (view.Read(offset, used) < used.size()) return std::nullopt;
  if (names == ChunkNames::kPrintable && !IsChunkName(used)) return std::nullopt;
  FileChunk chunk;
  std::memcpy(chunk.letters.data(), used.data(), chunk.letters.size());
  chunk.offset = offset;
  chunk.content = offset + used.size();
  chunk.size = LoadNumber(used.subspan(style.id_bytes), style.big_endian);
  if (style.size_of_whole) chunk.size -= std::min<uint64_t>(chunk.size, used.size());
  return chunk;
}

uint64_t NextChunk(const FileView& view, const FileChunk& chunk, const ChunkStyle& style,
                   bool* padded) {
  if (padded != nullptr) *padded = true;
  // A size beyond the file has nothing behind it.
  if (chunk.size > view.size()) return view.size();
  const uint64_t end = chunk.content + chunk.size;
  const uint64_t aligned = chunk.offset + RoundedUp(end - chunk.offset, style.alignment);
  if (aligned == end) return end;
  std::array<uint8_t, 5> next{};
  // Other alignments than to even offsets have not been seen broken.
  if (aligned != end + 1 || view.Read(end, next) < next.size() || IsPadding(next)) return aligned;
  if (padded != nullptr) *padded = false;
  return end;
}

bool IsChunksToTheEnd(const FileView& view, uint64_t offset, const ChunkStyle& style,
                      ChunkNames names) {
  for (size_t i = 0; i < kMostChunks; ++i) {
    if (offset >= view.size()) return true;
    // Some programs fill up the last block of a file.
    const std::optional<FileChunk> chunk = ReadChunk(view, offset, style, names);
    if (!chunk) return i > 0 && HasOnlyZeros(view, offset);
    if (i == 0 && IsKnownChunkName(chunk->id())) return true;
    if (chunk->size > view.size() - chunk->content) return false;
    offset = NextChunk(view, *chunk, style);
  }
  return false;
}

bool HasOnlyZeros(const FileView& view, uint64_t offset) {
  std::array<uint8_t, 4096> block;
  for (;;) {
    const size_t size = view.Read(offset, block);
    if (size == 0) return true;
    const auto end = block.begin() + static_cast<std::ptrdiff_t>(size);
    if (std::any_of(block.begin(), end, [](uint8_t byte) { return byte != 0; })) return false;
    offset += size;
  }
}

}  // namespace dfn
