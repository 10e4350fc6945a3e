#include "audio/wav_header.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "audio/chunks.h"
#include "audio/media_kind.h"
#include "audio/sound_extent.h"
#include "audio/sound_format.h"
#include "base/bytes.h"

namespace dfn {
namespace {

constexpr uint32_t kUnknownSize = 0xFFFFFFFF;
constexpr uint16_t kTagPcm = 1;
constexpr uint16_t kTagFloat = 3;
constexpr uint16_t kTagExtensible = 0xFFFE;
constexpr size_t kMaxChannels = 1024;
constexpr uint32_t kEndOfSpeakers = uint32_t{1} << 18;  // the bits from here on mean nothing
// The sub-format of an extensible header behind its first two bytes, which are the format tag.
constexpr std::array<uint8_t, 14> kSubFormat = {0, 0, 0,    0, 0x10, 0,    0x80,
                                                0, 0, 0xaa, 0, 0x38, 0x9b, 0x71};

class HeaderReader {
 public:
  HeaderReader(const ByteSource& source, const std::string& name) : source_(source), name_(name) {}

  Result<WavHeader> Read() {
    std::array<uint8_t, 12> riff;
    DFN_CHECK(Fill(riff.data(), riff.size(), ErrorCode::kUnsupported, "is no WAV stream"));
    rf64_ = std::memcmp(riff.data(), "RF64", 4) == 0;
    if ((!rf64_ && std::memcmp(riff.data(), "RIFF", 4) != 0) ||
        std::memcmp(riff.data() + 8, "WAVE", 4) != 0) {
      return NoWav(MediaOfBytes(riff));
    }
    riff_size_ = LoadLittleEndian<uint32_t>(riff.data() + 4);
    for (;;) {
      std::array<uint8_t, 8> chunk;
      DFN_CHECK(Fill(chunk.data(), chunk.size()));
      const std::string_view id(reinterpret_cast<const char*>(chunk.data()), 4);
      const auto size = LoadLittleEndian<uint32_t>(chunk.data() + 4);
      if (id == "data") return Finish(size);
      if (id == "fmt ") {
        DFN_CHECK(ReadFormat(size));
      } else if (id == "ds64") {
        DFN_CHECK(ReadSizes64(size));
      } else {
        DFN_CHECK(Skip(size));
      }
      if (size % 2 != 0) DFN_CHECK(SkipPadding());
    }
  }

 private:
  Error NoWav(const MediaKind& kind) const {
    std::string sentence = name_ + " is no WAV stream";
    if (!kind.format.empty()) sentence += " but " + std::string(kind.format);
    sentence += "; ";
    sentence +=
        kind.readable ? "name the file itself, as a pipe can bring WAV only" : kStreamAdvice;
    return {ErrorCode::kUnsupported, sentence};
  }

  Status Fill(uint8_t* to, size_t size, ErrorCode code = ErrorCode::kCorrupt,
              const char* otherwise = "ends inside its WAV header") {
    DFN_TRY(const size_t read, Take(to, size));
    if (read < size) return Error{code, name_ + " " + otherwise};
    return {};
  }

  // The bytes that were looked at before, then those of the source.
  Result<size_t> Take(uint8_t* to, size_t size) {
    const size_t again = std::min(size, ahead_.size());
    std::copy_n(ahead_.begin(), again, to);
    ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(again));
    DFN_TRY(const size_t read, source_(to + again, size - again));
    consumed_ += again + read;
    return again + read;
  }

  // What programs leave out is missed: a name follows at once.
  Status SkipPadding() {
    std::array<uint8_t, 5> next;
    DFN_CHECK(Fill(next.data(), next.size()));
    const size_t used = IsPadding(next) ? 1 : 0;
    ahead_.assign(next.begin() + static_cast<std::ptrdiff_t>(used), next.end());
    consumed_ -= ahead_.size();
    return {};
  }

  Status Skip(uint64_t size) {
    std::array<uint8_t, 4096> scratch;
    while (size > 0) {
      const auto step = static_cast<size_t>(std::min<uint64_t>(size, scratch.size()));
      DFN_CHECK(Fill(scratch.data(), step));
      size -= step;
    }
    return {};
  }

  Status ReadFormat(uint32_t size) {
    std::array<uint8_t, 40> format{};
    if (size < 16) return Error{ErrorCode::kCorrupt, name_ + " has a WAV format chunk too small"};
    const size_t used = std::min<size_t>(size, format.size());
    DFN_CHECK(Fill(format.data(), used));
    DFN_CHECK(Skip(size - used));
    uint16_t tag = LoadLittleEndian<uint16_t>(format.data());
    // The sub-format of an extensible header begins with the format tag.
    const bool extensible = tag == kTagExtensible;
    if (extensible) tag = LoadLittleEndian<uint16_t>(format.data() + 24);
    header_.channels = LoadLittleEndian<uint16_t>(format.data() + 2);
    header_.rate_hz = LoadLittleEndian<uint32_t>(format.data() + 4);
    const unsigned bits = LoadLittleEndian<uint16_t>(format.data() + 14);
    if (tag == kTagPcm && bits == 8) {
      header_.encoding = Encoding::kU8;
    } else if (tag == kTagPcm && bits == 16) {
      header_.encoding = Encoding::kS16;
    } else if (tag == kTagPcm && bits == 24) {
      header_.encoding = Encoding::kS24;
    } else if (tag == kTagPcm && bits == 32) {
      header_.encoding = Encoding::kS32;
    } else if (tag == kTagFloat && bits == 32) {
      header_.encoding = Encoding::kF32;
    } else if (tag == kTagFloat && bits == 64) {
      header_.encoding = Encoding::kF64;
    } else {
      return Error{ErrorCode::kUnsupported, name_ + " holds WAV coding " + std::to_string(tag) +
                                                " with " + std::to_string(bits) +
                                                " bits, which cannot be read from a pipe"};
    }
    if (header_.channels == 0 || header_.channels > kMaxChannels) {
      return Error{ErrorCode::kCorrupt, name_ + " declares " + std::to_string(header_.channels) +
                                            " channels, expected 1 .. " +
                                            std::to_string(kMaxChannels)};
    }
    const auto speakers = LoadLittleEndian<uint32_t>(format.data() + 20);
    const bool one_each = static_cast<size_t>(std::popcount(speakers)) == header_.channels;
    if (extensible && one_each && speakers < kEndOfSpeakers) header_.speakers = speakers;
    return CheckRate(header_.rate_hz, name_);
  }

  Status ReadSizes64(uint32_t size) {
    std::array<uint8_t, 16> sizes;
    if (size < sizes.size()) {
      return Error{ErrorCode::kCorrupt, name_ + " has a ds64 chunk too small"};
    }
    DFN_CHECK(Fill(sizes.data(), sizes.size()));
    data_bytes64_ = LoadLittleEndian<uint64_t>(sizes.data() + 8);
    return Skip(size - sizes.size());
  }

  Result<WavHeader> Finish(uint32_t data_size) {
    if (header_.channels == 0) {
      return Error{ErrorCode::kCorrupt, name_ + " has samples before its WAV format chunk"};
    }
    header_.bytes_behind = BytesBehind(data_size);
    if (rf64_ && (data_size == kUnknownSize || data_size == 0)) {
      // 0 and the largest numbers are no lengths.
      constexpr uint64_t kLongest = uint64_t{1} << 62;
      if (data_bytes64_ != 0 && data_bytes64_ < kLongest) header_.data_bytes = data_bytes64_;
    } else if (data_size == 0) {
      DFN_CHECK(JudgeEmptyData());
    } else if (!SaysUnknownLength(data_size)) {
      header_.data_bytes = data_size;
    }
    return header_;
  }

  uint64_t BytesBehind(uint32_t data_size) const {
    const uint64_t end = uint64_t{riff_size_} + 8;
    const uint64_t samples_end = consumed_ + data_size;
    return rf64_ || SaysUnknownLength(riff_size_) ? 0 : end - std::min(end, samples_end);
  }

  // The data are empty and other chunks or nothing follow, or the writer did not complete its
  // header.
  Status JudgeEmptyData() {
    std::array<uint8_t, 8> next;
    DFN_TRY(const size_t size, Take(next.data(), next.size()));
    header_.first_bytes.assign(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(size));
    const bool is_nothing = size == 0 && header_.bytes_behind > 0;
    if (is_nothing || BeginsOtherChunk(std::span(next).first(size), header_.bytes_behind)) {
      header_.data_bytes = 0;
      header_.first_bytes.clear();
    }
    header_.unfinished = !header_.first_bytes.empty();
    return {};
  }

  const ByteSource& source_;
  const std::string& name_;
  WavHeader header_;
  bool rf64_ = false;
  uint32_t riff_size_ = 0;
  uint64_t data_bytes64_ = 0;
  uint64_t consumed_ = 0;
  std::vector<uint8_t> ahead_;
};

void AppendText(std::vector<uint8_t>& bytes, std::string_view text) {
  for (const char c : text) bytes.push_back(static_cast<uint8_t>(c));
}

template <class T>
void AppendNumber(std::vector<uint8_t>& bytes, T value) {
  for (size_t i = 0; i < sizeof(T); ++i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

}  // namespace

bool BeginsOtherChunk(std::span<const uint8_t> bytes, uint64_t bytes_behind) {
  if (bytes.size() < 8 || !IsChunkName(bytes)) return false;
  const uint64_t size = LoadLittleEndian<uint32_t>(bytes.data() + 4);
  return IsKnownChunkName({reinterpret_cast<const char*>(bytes.data()), 4}) ||
         size + 8 <= bytes_behind;
}

Result<WavHeader> ReadWavHeader(const ByteSource& source, const std::string& name) {
  return HeaderReader(source, name).Read();
}

std::vector<uint8_t> MakeWavHeader(const WavHeader& header) {
  const bool floats = header.encoding == Encoding::kF32 || header.encoding == Encoding::kF64;
  const size_t sample_bytes = BytesPerSample(header.encoding);
  const size_t frame_bytes = sample_bytes * header.channels;
  const bool extensible = header.channels > 2 && header.speakers != 0;
  const uint32_t format_bytes = extensible ? 40 : floats ? 18 : 16;
  // WAVE, the heads of fmt and data, and for floats a fact chunk.
  const uint64_t header_bytes = 4 + 8 + format_bytes + 8 + (floats ? 12 : 0);
  const bool known =
      header.data_bytes.has_value() && *header.data_bytes + header_bytes + 1 < kUnknownSize;
  const uint64_t data_bytes = known ? *header.data_bytes : 0;
  std::vector<uint8_t> bytes;
  AppendText(bytes, "RIFF");
  AppendNumber(bytes, known ? static_cast<uint32_t>(header_bytes + data_bytes + data_bytes % 2)
                            : kUnknownSize);
  AppendText(bytes, "WAVEfmt ");
  const uint16_t tag = floats ? kTagFloat : kTagPcm;
  AppendNumber<uint32_t>(bytes, format_bytes);
  AppendNumber<uint16_t>(bytes, extensible ? kTagExtensible : tag);
  AppendNumber(bytes, static_cast<uint16_t>(header.channels));
  AppendNumber(bytes, static_cast<uint32_t>(header.rate_hz));
  AppendNumber(bytes, static_cast<uint32_t>(header.rate_hz * frame_bytes));
  AppendNumber(bytes, static_cast<uint16_t>(frame_bytes));
  AppendNumber(bytes, static_cast<uint16_t>(8 * sample_bytes));
  if (extensible) {
    AppendNumber<uint16_t>(bytes, 22);  // bytes that follow
    AppendNumber(bytes, static_cast<uint16_t>(8 * sample_bytes));
    AppendNumber(bytes, header.speakers);
    AppendNumber(bytes, tag);
    bytes.insert(bytes.end(), kSubFormat.begin(), kSubFormat.end());
  } else if (floats) {
    AppendNumber<uint16_t>(bytes, 0);
  }
  if (floats) {
    AppendText(bytes, "fact");
    AppendNumber<uint32_t>(bytes, 4);
    AppendNumber(bytes, known ? static_cast<uint32_t>(data_bytes / frame_bytes) : kUnknownSize);
  }
  AppendText(bytes, "data");
  AppendNumber(bytes, known ? static_cast<uint32_t>(data_bytes) : kUnknownSize);
  return bytes;
}

}  // namespace dfn
