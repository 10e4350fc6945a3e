#include "audio/ogg_pages.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

#include "audio/chunks.h"

namespace dfn {
namespace {

constexpr size_t kHeaderBytes = 27;
constexpr size_t kMostPageBytes = kHeaderBytes + 255 + 255 * 255;
// Looking for the rest takes long in a file that is made of damage.
constexpr size_t kMostBadPages = 1000;

// Ogg's CRC-32: polynomial 0x04C11DB7, most significant bit first, no inversion.
constexpr std::array<uint32_t, 256> MakeChecksumTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t sum = i << 24;
    for (int bit = 0; bit < 8; ++bit) sum = (sum << 1) ^ ((sum >> 31) != 0 ? 0x04C11DB7u : 0u);
    table[i] = sum;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kChecksumTable = MakeChecksumTable();

// The page's own checksum counts as 0.
uint32_t Checksum(std::span<const uint8_t> page) {
  uint32_t sum = 0;
  for (size_t i = 0; i < page.size(); ++i) {
    const unsigned byte = i >= 22 && i < 26 ? 0 : page[i];
    sum = sum << 8 ^ kChecksumTable[(sum >> 24) ^ byte];
  }
  return sum;
}

struct Page {
  bool begins_stream = false;
  bool ends_stream = false;
  std::optional<uint64_t> position;  // samples until the end of the page
  uint32_t stream = 0;
  uint32_t number = 0;
  size_t size = 0;
  bool whole = false;  // all of it is there, and its checksum is right
  bool cut = false;    // the file ends first
};

std::optional<Page> ReadPage(std::span<const uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes || std::memcmp(bytes.data(), "OggS", 4) != 0) return std::nullopt;
  Page page;
  page.begins_stream = (bytes[5] & 2) != 0;
  page.ends_stream = (bytes[5] & 4) != 0;
  const uint64_t position = LoadNumber(bytes.subspan(6, 8), false);
  // All ones: no packet ends in the page.
  if (position <= uint64_t{1} << 62) page.position = position;
  page.stream = static_cast<uint32_t>(LoadNumber(bytes.subspan(14, 4), false));
  page.number = static_cast<uint32_t>(LoadNumber(bytes.subspan(18, 4), false));
  const size_t segments = bytes[26];
  page.size = kHeaderBytes + segments;
  if (bytes.size() >= page.size) {
    const auto sizes = bytes.subspan(kHeaderBytes, segments);
    page.size = std::accumulate(sizes.begin(), sizes.end(), page.size);
  }
  page.cut = bytes.size() < page.size;
  page.whole =
      !page.cut && Checksum(bytes.first(page.size)) == LoadNumber(bytes.subspan(22, 4), false);
  return page;
}

// Whether the first packet of a stream is that of a codec of sound.
bool BeginsSound(std::span<const uint8_t> page) {
  const auto body = page.subspan(kHeaderBytes + page[kHeaderBytes - 1]);
  const std::string_view text(reinterpret_cast<const char*>(body.data()), body.size());
  const std::array<std::string_view, 4> heads = {"\x01vorbis", "OpusHead",
                                                 "\x7F"
                                                 "FLAC",
                                                 "Speex   "};
  return std::any_of(heads.begin(), heads.end(),
                     [&](std::string_view head) { return text.starts_with(head); });
}

class PageWalk {
 public:
  explicit PageWalk(const FileView& view) : view_(view) {}

  OggPages Walk(uint64_t offset) {
    size_t bad_pages = 0;
    while (offset < view_.size()) {
      const std::span<const uint8_t> bytes = ReadPageBytes(offset);
      if (bytes.empty()) break;
      const std::optional<Page> page = ReadPage(bytes);
      if (page && page->cut) {
        cut_pending_ = true;
        pages_.has_sound = pages_.has_sound || page->position.value_or(0) > 0;
      }
      if (page && page->whole) {
        if (page->begins_stream && behind_beginnings_) {
          pages_.next_stream = offset;
          break;
        }
        Enter(*page, bytes);
        offset += page->size;
        continue;
      }
      // What is no whole page is damage only if a page follows.
      lost_ = true;
      if (++bad_pages > kMostBadPages) {
        if (!pages_.damaged_after) pages_.damaged_after = position_;
        return pages_;
      }
      offset += BytesToNextPage(offset);
    }
    pages_.cut_inside_page = cut_pending_;
    return pages_;
  }

 private:
  // The page at `offset`, or if there is none, some bytes.
  std::span<const uint8_t> ReadPageBytes(uint64_t offset) {
    block_.resize(kMostPageBytes);
    const std::span<uint8_t> block(block_);
    const size_t head = view_.Read(offset, block.first(kHeaderBytes + 255));
    const std::optional<Page> page = ReadPage(block.first(head));
    return block.first(page && page->cut ? view_.Read(offset, block.first(page->size)) : head);
  }

  // Up to the next name of a page behind `offset`, or the end of the file.
  uint64_t BytesToNextPage(uint64_t offset) {
    constexpr std::array<uint8_t, 4> kMagic = {'O', 'g', 'g', 'S'};
    for (uint64_t at = offset + 1; at < view_.size(); at += block_.size() - kMagic.size() + 1) {
      block_.resize(kMostPageBytes);
      const std::span<const uint8_t> bytes = std::span(block_).first(view_.Read(at, block_));
      const auto found = std::search(bytes.begin(), bytes.end(), kMagic.begin(), kMagic.end());
      if (found != bytes.end()) {
        return at - offset + static_cast<uint64_t>(found - bytes.begin());
      }
    }
    return view_.size() - offset;
  }

  void Enter(const Page& page, std::span<const uint8_t> bytes) {
    cut_pending_ = false;
    if (!stream_ && page.begins_stream && BeginsSound(bytes)) stream_ = page.stream;
    if (!page.begins_stream) behind_beginnings_ = true;
    if (!stream_ || page.stream != *stream_ || pages_.has_end) return;
    const bool gap = next_number_ && page.number != *next_number_;
    if ((gap || lost_) && !pages_.damaged_after) pages_.damaged_after = position_;
    lost_ = false;
    next_number_ = page.number + 1;
    if (page.position) position_ = *page.position;
    if (position_ > 0) pages_.has_sound = true;
    pages_.has_end = page.ends_stream;
  }

  const FileView& view_;
  std::vector<uint8_t> block_;
  OggPages pages_;
  std::optional<uint32_t> stream_;  // the first of sound; video and others are passed over
  std::optional<uint32_t> next_number_;
  uint64_t position_ = 0;
  bool behind_beginnings_ = false;
  bool lost_ = false;
  bool cut_pending_ = false;
};

}  // namespace

OggPages LookThroughOggPages(const FileView& view, uint64_t offset) {
  return PageWalk(view).Walk(offset);
}

}  // namespace dfn
