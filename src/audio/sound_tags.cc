#include "audio/sound_tags.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "base/utf8.h"

namespace dfn {
namespace {

// All but SF_STR_SOFTWARE.
constexpr std::array kFields = {SF_STR_TITLE,   SF_STR_ARTIST,      SF_STR_ALBUM,
                                SF_STR_DATE,    SF_STR_TRACKNUMBER, SF_STR_GENRE,
                                SF_STR_COMMENT, SF_STR_COPYRIGHT,   SF_STR_LICENSE};

// A broadcast extension's text may be of any length; libsndfile writes 16 KiB of it at most.
constexpr size_t kMostHistoryBytes = 8192;
// EBU Tech 3285, supplement 2: what a field holds that is not used.
constexpr int16_t kUnknownLoudness = 0x7fff;
// libsndfile writes an AIFF file that it cannot read with a name of 254 bytes or more.
constexpr size_t kMostCueNameBytes = 200;
static_assert(kMostCueNameBytes < sizeof(SF_CUE_POINT::name));
using Broadcast = SF_BROADCAST_INFO_VAR(kMostHistoryBytes);

// What Windows-1252 has in place of the control characters 0x80 to 0x9f; 0: nothing.
constexpr std::array<char16_t, 32> kWindowsLetters = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

std::string FromWindows(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    const char32_t code = byte >= 0x80 && byte < 0xa0 ? kWindowsLetters[byte - 0x80] : byte;
    if (code != 0) AppendUtf8(code, utf8);
  }
  return utf8;
}

bool IsChunked(int format) {
  const int container = format & SF_FORMAT_TYPEMASK;
  return container != SF_FORMAT_FLAC && container != SF_FORMAT_OGG && container != SF_FORMAT_MPEG;
}

// The first `size` bytes of a structure of libsndfile.
template <class T>
std::vector<uint8_t> Bytes(const T& value, size_t size) {
  std::vector<uint8_t> bytes(size);
  std::memcpy(bytes.data(), &value, size);
  return bytes;
}

std::vector<uint8_t> ReadBroadcast(SNDFILE* file) {
  Broadcast broadcast{};
  if (sf_command(file, SFC_GET_BROADCAST_INFO, &broadcast, sizeof(broadcast)) != SF_TRUE) return {};
  broadcast.coding_history_size =
      std::min<uint32_t>(broadcast.coding_history_size, kMostHistoryBytes);
  // The input's loudness is not the output's, and libsndfile writes these fields in any case.
  for (int16_t* loudness :
       {&broadcast.loudness_value, &broadcast.loudness_range, &broadcast.max_true_peak_level,
        &broadcast.max_momentary_loudness, &broadcast.max_shortterm_loudness}) {
    *loudness = kUnknownLoudness;
  }
  return Bytes(broadcast, offsetof(Broadcast, coding_history) + broadcast.coding_history_size);
}

std::vector<uint8_t> ReadCues(SNDFILE* file) {
  constexpr size_t kHead = offsetof(SF_CUES, cue_points);
  uint32_t count = 0;
  if (sf_command(file, SFC_GET_CUE_COUNT, &count, sizeof(count)) != SF_TRUE || count == 0)
    return {};
  std::vector<uint8_t> cues(kHead + std::min(count, kMostCues) * sizeof(SF_CUE_POINT));
  const auto size = static_cast<int>(cues.size());
  if (sf_command(file, SFC_GET_CUE, cues.data(), size) != SF_TRUE) return {};
  count = std::min(count, kMostCues);
  std::memcpy(cues.data(), &count, sizeof(count));
  for (uint32_t i = 0; i < count; ++i) {
    cues[kHead + i * sizeof(SF_CUE_POINT) + offsetof(SF_CUE_POINT, name) + kMostCueNameBytes] = 0;
  }
  return cues;
}

// libsndfile reads these bytes only.
void Command(SNDFILE* file, int command, std::vector<uint8_t> bytes) {
  if (!bytes.empty()) sf_command(file, command, bytes.data(), static_cast<int>(bytes.size()));
}

const char* Id3Frame(int field) {
  switch (field) {
    case SF_STR_TITLE:
      return "TIT2";
    case SF_STR_ARTIST:
      return "TPE1";
    case SF_STR_ALBUM:
      return "TALB";
    case SF_STR_DATE:
      return "TDRC";
    case SF_STR_TRACKNUMBER:
      return "TRCK";
    case SF_STR_GENRE:
      return "TCON";
    case SF_STR_COMMENT:
      return "COMM";
    case SF_STR_COPYRIGHT:
      return "TCOP";
    default:
      return nullptr;
  }
}

// Seven bits a byte, so that no size looks like the start of a frame of sound.
void AppendSyncsafe(std::vector<uint8_t>& bytes, size_t size) {
  for (const int shift : {21, 14, 7, 0}) bytes.push_back(size >> shift & 0x7f);
}

void AppendText(std::vector<uint8_t>& bytes, std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}

void AppendId3Frame(std::vector<uint8_t>& bytes, const SoundTag& tag) {
  constexpr std::string_view kUtf8("\x03", 1);
  // A comment says its language, unknown here, and has a short description, which is empty.
  constexpr std::string_view kCommentHead("XXX\0", 4);
  const char* name = Id3Frame(tag.field);
  if (name == nullptr) return;
  const std::string_view head = tag.field == SF_STR_COMMENT ? kCommentHead : std::string_view();
  AppendText(bytes, name);
  AppendSyncsafe(bytes, kUtf8.size() + head.size() + tag.text.size());
  bytes.insert(bytes.end(), 2, uint8_t{0});  // flags
  AppendText(bytes, kUtf8);
  AppendText(bytes, head);
  AppendText(bytes, tag.text);
}

}  // namespace

const char* TagName(int field) {
  constexpr std::array kNames = {"title", "artist",  "album",     "date",   "track",
                                 "genre", "comment", "copyright", "license"};
  static_assert(kNames.size() == kFields.size());
  const auto* found = std::find(kFields.begin(), kFields.end(), field);
  return found == kFields.end() ? nullptr : kNames[static_cast<size_t>(found - kFields.begin())];
}

std::string CleanTag(std::string_view text) {
  // More than this could not be left at the end, whatever is dropped from real text.
  text = CutUtf8(text, 4 * kMostTagBytes);
  const std::string utf8 = IsUtf8(text) ? std::string(text) : FromWindows(text);
  std::string clean;
  for (std::string_view rest = utf8; !rest.empty();) {
    const size_t printable = PrintableUtf8Bytes(rest);
    if (printable > 0 || rest[0] == '\n' || rest[0] == '\t') {
      clean += rest.substr(0, std::max<size_t>(printable, 1));
    }
    rest.remove_prefix(Utf8Bytes(rest));
  }
  return std::string(CutUtf8(clean, kMostTagBytes));
}

SoundDetails ReadTags(SNDFILE* file) {
  SoundDetails details;
  for (const int field : kFields) {
    const char* text = sf_get_string(file, field);
    if (text == nullptr) continue;
    std::string clean = CleanTag(text);
    if (!clean.empty()) details.tags.push_back({field, std::move(clean)});
  }
  details.broadcast = ReadBroadcast(file);
  details.cues = ReadCues(file);
  return details;
}

void WriteTags(SNDFILE* file, int format, const SoundDetails& details) {
  if ((format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG) return;
  for (const SoundTag& tag : details.tags) {
    const std::string text(
        CutUtf8(tag.text, IsChunked(format) ? kMostChunkTagBytes : kMostTagBytes));
    sf_set_string(file, tag.field, text.c_str());
  }
  Command(file, SFC_SET_BROADCAST_INFO, details.broadcast);
  Command(file, SFC_SET_CUE, details.cues);
}

std::vector<uint8_t> MakeId3Tag(const std::vector<SoundTag>& tags) {
  std::vector<uint8_t> frames;
  for (const SoundTag& tag : tags) AppendId3Frame(frames, tag);
  if (frames.empty()) return {};
  std::vector<uint8_t> bytes;
  AppendText(bytes, std::string_view("ID3\x04\0\0", 6));
  AppendSyncsafe(bytes, frames.size());
  bytes.insert(bytes.end(), frames.begin(), frames.end());
  return bytes;
}

}  // namespace dfn
