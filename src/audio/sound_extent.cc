#include "audio/sound_extent.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "audio/chunks.h"

namespace dfn {
namespace {

constexpr uint64_t kAllOnes32 = 0xFFFFFFFF;
constexpr uint64_t kAllOnes64 = std::numeric_limits<uint64_t>::max();
// Chunks before the samples that are looked at; programs write a dozen at most.
constexpr size_t kMostChunksBefore = 1000;

struct Container {
  std::string_view magic;
  std::string_view type;  // at type_offset
  size_t type_offset;
  uint64_t first_chunk;
  ChunkStyle style;
  std::string_view data;  // name of the chunk that holds the samples
  uint64_t extra;         // bytes of that chunk before the samples
};

constexpr ChunkStyle kRiff = {};
constexpr ChunkStyle kBigEndian = {.big_endian = true};
constexpr ChunkStyle kWave64 = {
    .id_bytes = 16, .size_bytes = 8, .size_of_whole = true, .alignment = 8};
constexpr ChunkStyle kCore = {.size_bytes = 8, .big_endian = true, .alignment = 1};

constexpr std::array kContainers = {
    Container{"RIFF", "WAVE", 8, 12, kRiff, "data", 0},
    Container{"RIFX", "WAVE", 8, 12, kBigEndian, "data", 0},
    Container{"RF64", "WAVE", 8, 12, kRiff, "data", 0},
    Container{"riff", "wave", 24, 40, kWave64, "data", 0},
    Container{"FORM", "AIFF", 8, 12, kBigEndian, "SSND", 8},
    Container{"FORM", "AIFC", 8, 12, kBigEndian, "SSND", 8},
    Container{"FORM", "8SVX", 8, 12, kBigEndian, "BODY", 0},
    Container{"FORM", "16SV", 8, 12, kBigEndian, "BODY", 0},
    Container{"caff", "", 0, 8, kCore, "data", 4},
};

const Container* FindContainer(const FileView& view) {
  std::array<uint8_t, 40> head{};
  const size_t size = view.Read(0, head);
  const std::string_view text(reinterpret_cast<const char*>(head.data()), size);
  const auto* found =
      std::find_if(kContainers.begin(), kContainers.end(), [&](const Container& container) {
        return text.size() >= container.first_chunk && text.starts_with(container.magic) &&
               text.substr(container.type_offset).starts_with(container.type);
      });
  return found == kContainers.end() ? nullptr : found;
}

// One walk over a file made of chunks, up to the samples.
class ChunkFile {
 public:
  ChunkFile(const FileView& view, const Container& container)
      : view_(view), container_(container), style_(container.style) {}

  SoundExtent Find() {
    if (!WalkToData()) return {};
    SoundExtent extent;
    extent.known = true;
    extent.declared_bytes = DeclaredBytes();
    extent.sound_bytes = std::min(extent.declared_bytes, rest());
    extent.finding = Judge(extent.declared_bytes);
    if (extent.finding != ExtentFinding::kAsDeclared) extent.sound_bytes = rest();
    // CAF's size of -1 is right, and means what it says, but libsndfile does not know it.
    const bool open_end = container_.magic == "caff" && data_->size == kAllOnes64;
    if (open_end) {
      extent.finding = ExtentFinding::kAsDeclared;
      extent.sound_bytes = rest();
    }
    if (extent.finding != ExtentFinding::kAsDeclared || open_end || sizes_differ_ ||
        !missing_padding_.empty()) {
      extent.pieces = Mend(extent);
    }
    return extent;
  }

 private:
  uint64_t rest() const { return view_.size() - samples_; }

  bool WalkToData() {
    uint64_t offset = container_.first_chunk;
    for (size_t i = 0; i < kMostChunksBefore; ++i) {
      const std::optional<FileChunk> chunk = ReadChunk(view_, offset, style_);
      if (!chunk) return false;
      if (chunk->id() == container_.data) {
        data_ = chunk;
        return FindSamples();
      }
      const bool sizes = chunk->id() == "ds64" && container_.magic == "RF64";
      if (sizes && chunk->size >= 16) sizes64_ = chunk;
      bool padded = true;
      offset = NextChunk(view_, *chunk, style_, &padded);
      if (!padded) missing_padding_.push_back(offset);
    }
    return false;
  }

  // Behind the chunk's own fields; AIFF may have an offset.
  bool FindSamples() {
    samples_ = data_->content + container_.extra;
    std::array<uint8_t, 4> offset{};
    if (container_.data == "SSND" && view_.Read(data_->content, offset) == offset.size()) {
      offset_ = LoadNumber(offset, true);
      samples_ += offset_;
    }
    return samples_ <= view_.size();
  }

  uint64_t DeclaredBytes() {
    if (sizes64_) {
      std::array<uint8_t, 8> bytes{};
      view_.Read(sizes64_->content + 8, bytes);
      const uint64_t size = LoadNumber(bytes, style_.big_endian);
      if (data_->size == kAllOnes32 || data_->size == 0) return size;
      sizes_differ_ = size != data_->size;
    }
    const uint64_t before = container_.extra + offset_;
    return data_->size - std::min(data_->size, before);
  }

  ExtentFinding Judge(uint64_t declared) const {
    if (rest() == 0) return declared == 0 ? ExtentFinding::kAsDeclared : Beyond(declared);
    // Some programs count the byte of padding, or leave it out.
    if (declared == rest() + 1) return ExtentFinding::kAsDeclared;
    if (declared > rest()) return Beyond(declared);
    if (IsNothingElse(declared)) return ExtentFinding::kAsDeclared;
    return declared == 0 ? ExtentFinding::kNoLength : ExtentFinding::kLonger;
  }

  ExtentFinding Beyond(uint64_t declared) const {
    const bool unknown = (style_.size_bytes == 4 && SaysUnknownLength(data_->size) && !sizes64_) ||
                         declared >= kAllOnes64 / 2 - 8192;
    return unknown ? ExtentFinding::kNoLength : ExtentFinding::kShorter;
  }

  // Whether nothing behind the declared end is sound.
  bool IsNothingElse(uint64_t declared) const {
    const uint64_t end = samples_ + declared;
    const uint64_t behind = NextChunk(view_, EndsAt(end), style_);
    const bool complete = declared > 0 && WholeSizeIsRight();
    const ChunkNames names = complete ? ChunkNames::kAny : ChunkNames::kPrintable;
    if (IsChunksToTheEnd(view_, behind, style_, names)) return true;
    if (declared == 0) return rest() < style_.header_bytes() && HasOnlyZeros(view_, samples_);
    std::array<uint8_t, 12> head{};
    const size_t size = view_.Read(end, head);
    return view_.size() - end < kLeastForgottenBytes ||
           IsTagOfAnotherFormat(std::span(head).first(size)) || HasOnlyZeros(view_, end);
  }

  // Whether the header gives the size of the whole file, which a program writes when it completes
  // the file.
  bool WholeSizeIsRight() const {
    if (style_.size_bytes != 4) return false;
    std::array<uint8_t, 4> size{};
    view_.Read(4, size);
    return LoadNumber(size, style_.big_endian) + 8 == view_.size();
  }

  FileChunk EndsAt(uint64_t end) const {
    FileChunk chunk = *data_;
    chunk.size = end - chunk.content;
    return chunk;
  }

  struct Edit {
    uint64_t offset;
    uint64_t replaced;  // bytes of the file that are left out
    std::vector<uint8_t> bytes;
  };

  std::vector<FilePiece> Mend(const SoundExtent& extent) const {
    std::vector<Edit> edits;
    for (const uint64_t offset : missing_padding_) edits.push_back({offset, 0, {0}});
    MendSizes(extent, edits);
    std::stable_sort(edits.begin(), edits.end(),
                     [](const Edit& a, const Edit& b) { return a.offset < b.offset; });
    std::vector<FilePiece> pieces;
    uint64_t position = 0;
    const auto copy_to = [&](uint64_t end) {
      if (end > position) pieces.push_back({{}, position, end - position});
    };
    for (Edit& edit : edits) {
      copy_to(edit.offset);
      position = edit.offset + edit.replaced;
      pieces.push_back({std::move(edit.bytes), 0, 0});
    }
    copy_to(std::max(position, view_.size()));
    return pieces;
  }

  void MendSizes(const SoundExtent& extent, std::vector<Edit>& edits) const {
    const uint64_t size = extent.sound_bytes + container_.extra + offset_;
    const auto put = [&](uint64_t offset, uint64_t value, size_t bytes) {
      edits.push_back({offset, bytes, StoreNumber(value, bytes, style_.big_endian)});
    };
    const uint64_t size_offset = data_->offset + style_.id_bytes;
    const uint64_t whole = size + (style_.size_of_whole ? style_.header_bytes() : 0);
    if (sizes64_) {
      put(sizes64_->content, view_.size() - 8, 8);
      put(sizes64_->content + 8, size, 8);
      put(size_offset, kAllOnes32, 4);
    } else if (style_.size_bytes == 8) {
      put(size_offset, whole, 8);
    } else if (size < kAllOnes32) {
      put(4, std::min(view_.size() - 8, kAllOnes32), 4);
      put(size_offset, size, 4);
    } else if (container_.magic == "RIFF") {
      // What outgrew the 32 bits of WAV is read as RF64.
      edits.push_back({0, 12, Rf64Start(size)});
      put(size_offset, kAllOnes32, 4);
    }
  }

  std::vector<uint8_t> Rf64Start(uint64_t data_size) const {
    constexpr size_t kChunkBytes = 28;
    std::vector<uint8_t> bytes;
    const auto text = [&](std::string_view name) {
      bytes.insert(bytes.end(), name.begin(), name.end());
    };
    const auto number = [&](uint64_t value, size_t size) {
      const std::vector<uint8_t> stored = StoreNumber(value, size, false);
      bytes.insert(bytes.end(), stored.begin(), stored.end());
    };
    text("RF64"), number(kAllOnes32, 4), text("WAVE");
    text("ds64"), number(kChunkBytes, 4);
    number(view_.size() + kChunkBytes, 8), number(data_size, 8), number(0, 8), number(0, 4);
    return bytes;
  }

  const FileView& view_;
  const Container& container_;
  const ChunkStyle& style_;
  std::optional<FileChunk> data_;
  std::optional<FileChunk> sizes64_;
  bool sizes_differ_ = false;              // RF64's two sizes of the samples
  std::vector<uint64_t> missing_padding_;  // where bytes of padding should be
  uint64_t offset_ = 0;                    // AIFF's own
  uint64_t samples_ = 0;                   // offset of the first
};

// AU has one header and samples to the end of the file.
SoundExtent FindAuExtent(const FileView& view, bool big_endian) {
  std::array<uint8_t, 12> head{};
  if (view.Read(0, head) < head.size()) return {};
  const uint64_t start = LoadNumber(std::span(head).subspan(4, 4), big_endian);
  if (start > view.size()) return {};
  SoundExtent extent;
  extent.known = true;
  extent.declared_bytes = LoadNumber(std::span(head).subspan(8, 4), big_endian);
  const uint64_t rest = view.size() - start;
  extent.sound_bytes = std::min(rest, extent.declared_bytes);
  // All ones are the format's own way to say that the length is not known.
  if (extent.declared_bytes == kAllOnes32) return extent;
  if (extent.declared_bytes > rest) {
    extent.finding = SaysUnknownLength(extent.declared_bytes) ? ExtentFinding::kNoLength
                                                              : ExtentFinding::kShorter;
  } else if (extent.declared_bytes == 0 && rest > 0) {
    extent.finding = ExtentFinding::kNoLength;
  } else {
    return extent;
  }
  extent.sound_bytes = rest;
  extent.pieces = {{{}, 0, 8},
                   {StoreNumber(std::min(rest, kAllOnes32), 4, big_endian), 0, 0},
                   {{}, 12, view.size() - 12}};
  return extent;
}

}  // namespace

bool SaysUnknownLength(uint64_t size) {
  constexpr int64_t kMargin = 8192;
  if (size > kAllOnes32) return false;
  const auto near = [size](int64_t value) {
    return std::abs(static_cast<int64_t>(size) - value) <= kMargin;
  };
  return near(int64_t{1} << 31) || near(int64_t{1} << 32);
}

SoundExtent FindSoundExtent(const FileView& view) {
  if (const Container* container = FindContainer(view)) return ChunkFile(view, *container).Find();
  std::array<uint8_t, 4> magic{};
  view.Read(0, magic);
  const std::string_view text(reinterpret_cast<const char*>(magic.data()), magic.size());
  if (text == ".snd") return FindAuExtent(view, true);
  if (text == "dns.") return FindAuExtent(view, false);
  return {};
}

}  // namespace dfn
