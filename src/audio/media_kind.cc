#include "audio/media_kind.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <optional>

#include "base/path_text.h"
#include "base/printable.h"
#include "base/shell_word.h"
#include "base/stand_in.h"
#include "os/descriptor.h"

namespace dfn {
namespace {

using namespace std::string_view_literals;

struct Named {
  std::string_view extension;
  std::string_view format;
};

constexpr Named kNames[] = {
    {".m4a", "MP4"},
    {".m4b", "MP4"},
    {".m4p", "MP4"},
    {".m4r", "MP4"},
    {".m4v", "MP4"},
    {".mp4", "MP4"},
    {".f4a", "MP4"},
    {".f4v", "MP4"},
    {".mov", "QuickTime"},
    {".qt", "QuickTime"},
    {".3gp", "3GP"},
    {".3gpp", "3GP"},
    {".3g2", "3GP"},
    {".mkv", "Matroska"},
    {".mka", "Matroska"},
    {".mk3d", "Matroska"},
    {".webm", "WebM"},
    {".weba", "WebM"},
    {".aac", "AAC"},
    {".adts", "AAC"},
    {".loas", "AAC"},
    {".latm", "AAC"},
    {".wma", "Windows Media"},
    {".wmv", "Windows Media"},
    {".asf", "Windows Media"},
    {".amr", "AMR"},
    {".awb", "AMR"},
    {".ac3", "AC-3"},
    {".eac3", "AC-3"},
    {".ec3", "AC-3"},
    {".dtshd", "DTS"},
    {".mlp", "MLP"},
    {".truehd", "TrueHD"},
    {".ape", "Monkey's Audio"},
    {".wv", "WavPack"},
    {".tta", "True Audio"},
    {".tak", "TAK"},
    {".mpc", "Musepack"},
    {".mpp", "Musepack"},
    {".ofr", "OptimFROG"},
    {".shn", "Shorten"},
    {".dsf", "DSD"},
    {".dff", "DSD"},
    {".oma", "ATRAC"},
    {".aa3", "ATRAC"},
    {".rmvb", "RealMedia"},
    {".avi", "AVI"},
    {".flv", "Flash video"},
    {".mpg", "MPEG"},
    {".mpeg", "MPEG"},
    {".m2v", "MPEG"},
    {".vob", "MPEG"},
    {".mp1", "MPEG audio"},
    {".mpa", "MPEG audio"},
    {".m2a", "MPEG audio"},
    {".m2ts", "MPEG transport stream"},
    {".m2t", "MPEG transport stream"},
    {".mxf", "MXF"},
    {".ogv", "Ogg video"},
    {".ogm", "Ogg video"},
    {".spx", "Speex"},
    {".gsm", "GSM"},
    {".aax", "Audible"},
    {".aptx", "aptX"},
    {".sbc", "SBC"},
    {".thd", "TrueHD"},
    {".wtv", "Windows recorded TV"},
};

// Bytes at one place, then bytes at another. An empty text is always there.
struct Signature {
  std::string_view text;
  size_t more_at;
  std::string_view more;
  MediaKind kind;
};

// What a format's name has in common with words at the start of a text file is told apart by the
// bytes that follow.
constexpr Signature kSignatures[] = {
    {"RIFF", 8, "WAVE", {"WAV", true}},
    {"RF64", 8, "WAVE", {"WAV", true}},
    {"riff\x2e\x91\xcf\x11", 0, "", {"W64", true}},
    {"fLaC", 0, "", {"FLAC", true}},
    {"FORM", 8, "AIFF", {"AIFF", true}},
    {"FORM", 8, "AIFC", {"AIFF", true}},
    {"caff\0"sv, 0, "", {"CAF", true}},
    {".snd\0\0"sv, 0, "", {"AU", true}},
    {"ID3\2"sv, 0, "", {"MP3", true}},
    {"ID3\3"sv, 0, "", {"MP3", true}},
    {"ID3\4"sv, 0, "", {"MP3", true}},
    {"OggS", 28, "Speex   ", {"Speex"}},
    {"OggS", 28, "\x80theora", {"Ogg video"}},
    {"OggS",
     28,
     "\x7f"
     "FLAC",
     {"FLAC in Ogg"}},
    {"OggS", 28, "\1vorbis", {"Ogg Vorbis", true}},
    {"OggS", 28, "OpusHead", {"Opus", true}},
    {"OggS", 0, "", {"Ogg", true}},
    {"\x1a\x45\xdf\xa3", 0, "", {"Matroska or WebM"}},
    {"RIFF", 8, "AVI ", {"AVI"}},
    {"\x30\x26\xb2\x75\x8e\x66\xcf\x11", 0, "", {"Windows Media"}},
    {"#!AMR", 0, "", {"AMR"}},
    {"MAC ", 5, "\x0e", {"Monkey's Audio"}},
    {"MAC ", 5, "\x0f", {"Monkey's Audio"}},
    {"wvpk", 8, "\x10\4", {"WavPack"}},
    {"wvpk", 9, "\4", {"WavPack"}},
    {"TTA1", 5, "\0"sv, {"True Audio"}},
    {"tBaK", 0, "", {"TAK"}},
    {"MP+\x07", 0, "", {"Musepack"}},
    {"MPCKSH", 0, "", {"Musepack"}},
    {"ajkg", 0, "", {"Shorten"}},
    {"DSD \x1c\0"sv, 0, "", {"DSD"}},
    {"FRM8\0"sv, 12, "DSD ", {"DSD"}},
    {"\x7f\xfe\x80\1", 0, "", {"DTS"}},
    {".RMF\0"sv, 0, "", {"RealMedia"}},
    {".ra\xfd", 0, "", {"RealMedia"}},
    {"FLV\1", 0, "", {"Flash video"}},
    {"\0\0\1\xba"sv, 0, "", {"MPEG"}},
    {"\0\0\1\xb3"sv, 0, "", {"MPEG"}},
    {"\x06\x0e\x2b\x34\x02\x05\1\1", 0, "", {"MXF"}},
    {"", 4, "\xf8\x72\x6f\xba", {"TrueHD"}},
    {".SoX", 0, "", {"SoX"}},
    {"XoS.", 0, "", {"SoX"}},
    {"nut/multimedia container", 0, "", {"NUT"}},
};

// Brands of ISO's base media format that have sound. Its other users are pictures.
struct Brand {
  std::string_view start;
  std::string_view format;
};
constexpr Brand kBrands[] = {
    {"M4A", "MP4"},  {"M4B", "MP4"}, {"M4P", "MP4"},        {"M4V", "MP4"},
    {"mp4", "MP4"},  {"iso", "MP4"}, {"avc1", "MP4"},       {"dash", "MP4"},
    {"MSNV", "MP4"}, {"F4", "MP4"},  {"qt  ", "QuickTime"}, {"3gp", "3GP"},
    {"3g2", "3GP"},  {"3ge", "3GP"}, {"mmp4", "3GP"},       {"kddi", "3GP"},
};

bool HasAt(std::string_view bytes, size_t at, std::string_view text) {
  return bytes.size() >= at && bytes.substr(at).starts_with(text);
}

// Packets of 188 bytes, each after `lead` bytes more. A packet's fourth byte says that it is not
// scrambled and that it holds something, which no letter does.
bool IsTransportStream(std::string_view bytes, size_t lead) {
  constexpr char kSync = 0x47;
  for (size_t packet = 0; packet < 3; ++packet) {
    const size_t at = packet * (188 + lead) + lead;
    if (at + 3 >= bytes.size() || bytes[at] != kSync) return false;
    const auto flags = static_cast<uint8_t>(bytes[at + 3]);
    if ((flags & 0xC0) != 0 || (flags & 0x30) == 0) return false;
  }
  return true;
}

std::string LowerExtension(const std::filesystem::path& path) {
  std::string extension = PathText(path.extension());
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

// The beginning of a file.
struct FileStart {
  std::array<uint8_t, kMediaStartBytes> buffer;
  size_t used = 0;
  size_t file_bytes = 0;
  Bytes bytes() const { return Bytes(buffer).first(used); }
};
static_assert(kMediaStartBytes >= kStandInBytes);

// Nothing if it is no regular file or cannot be read.
std::optional<FileStart> ReadStart(int descriptor) {
  const FileStatus status = StatusOf(descriptor);
  if (status.kind != FileKind::kRegular) return std::nullopt;
  FileStart start;
  const Transfer read = ReadAt(descriptor, 0, start.buffer);
  if (read.error != 0) return std::nullopt;
  start.used = read.count;
  // On 32 bits a file may be longer than a size_t can say.
  start.file_bytes = static_cast<size_t>(std::min<uint64_t>(status.bytes, SIZE_MAX));
  return start;
}

std::optional<FileStart> ReadStart(const std::filesystem::path& path) {
  // A pipe of that name is not waited for.
  const OpenedFile opened = OpenFile(path, OpenFor::kReadingNow);
  return opened.error == 0 ? ReadStart(opened.descriptor.get()) : std::nullopt;
}

std::string CannotBeRead(const MediaKind& kind, const std::string& advice) {
  return "is " + std::string(kind.format) + ", which cannot be read; " + advice;
}

// By the first bytes alone; empty if they tell nothing or a sound that can be read.
std::string Refusal(const FileStart& start, const std::string& advice) {
  const MediaKind kind = MediaOfBytes(start.bytes());
  if (!kind.format.empty()) return kind.readable ? "" : CannotBeRead(kind, advice);
  return StandInText(start.bytes(), start.file_bytes).value_or("");
}

}  // namespace

MediaKind MediaOfBytes(Bytes start) {
  const std::string_view bytes(reinterpret_cast<const char*>(start.data()), start.size());
  if (HasAt(bytes, 4, "ftyp")) {
    for (const Brand& brand : kBrands) {
      if (HasAt(bytes, 8, brand.start)) return {brand.format};
    }
    return {};
  }
  for (const Signature& signature : kSignatures) {
    if (bytes.starts_with(signature.text) && HasAt(bytes, signature.more_at, signature.more)) {
      return signature.kind;
    }
  }
  if (IsTransportStream(bytes, 0) || IsTransportStream(bytes, 4)) return {"MPEG transport stream"};
  return {};
}

MediaKind MediaOfName(const std::filesystem::path& path) {
  const std::string extension = LowerExtension(path);
  const auto* found = std::find_if(std::begin(kNames), std::end(kNames), [&](const Named& named) {
    return named.extension == extension;
  });
  return found == std::end(kNames) ? MediaKind{} : MediaKind{found->format};
}

MediaKind MediaOfFile(const std::filesystem::path& path) {
  const std::optional<FileStart> start = ReadStart(path);
  if (!start) return {};
  const MediaKind kind = MediaOfBytes(start->bytes());
  return kind.format.empty() ? MediaOfName(path) : kind;
}

std::string ConvertAdvice(const std::filesystem::path& path) {
  std::string from = PathText(path);
  if (from.starts_with('-')) from.insert(0, "./");
  std::filesystem::path to = PathOf(from);
  to.replace_extension(LowerExtension(path) == ".wav" ? ".new.wav" : ".wav");
  const std::string command = "ffmpeg -i " + ShellWord(from) + " " + ShellWord(PathText(to));
  // A name with control characters would not survive the way through a terminal.
  if (Printable(from) != from) return "make a WAV file of it with ffmpeg";
  return "make a WAV file of it: " + command;
}

std::string MediaRefusal(const std::filesystem::path& path) {
  const std::optional<FileStart> start = ReadStart(path);
  if (!start) return {};
  const std::string text = Refusal(*start, ConvertAdvice(path));
  if (!text.empty() || !MediaOfBytes(start->bytes()).format.empty()) return text;
  const MediaKind named = MediaOfName(path);
  return named.format.empty() ? "" : CannotBeRead(named, ConvertAdvice(path));
}

std::string MediaRefusal(int descriptor) {
  const std::optional<FileStart> start = ReadStart(descriptor);
  return start ? Refusal(*start, kStreamAdvice) : "";
}

}  // namespace dfn
