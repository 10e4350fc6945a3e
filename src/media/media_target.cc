#include "media/media_target.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "base/path_text.h"

namespace dfn {
namespace {

constexpr double kMilliseconds = 1000.0;
constexpr double kMpegTicks = 90000.0;

constexpr std::string_view kInMp4 = "aac alac ac3 eac3 mp3 mp2 opus flac dts";
constexpr std::string_view kInAudioMp4 = "aac alac ac3 eac3";
constexpr std::string_view kInMov = "aac alac ac3 eac3 mp3 pcm";
constexpr std::string_view kIn3gp = "aac amr_nb amr_wb";
constexpr std::string_view kInWebm = "opus vorbis";
constexpr std::string_view kInOgg = "opus vorbis flac speex";
constexpr std::string_view kInTransport = "aac ac3 eac3 mp2 mp3 opus dts";
constexpr std::string_view kInProgram = "mp2 mp3 ac3";
constexpr std::string_view kInAvi = "mp3 mp2 ac3 pcm adpcm";
constexpr std::string_view kInAsf = "wmav1 wmav2 mp3 ac3 pcm";
constexpr std::string_view kInFlv = "aac mp3 speex";

constexpr MediaTarget kTargets[] = {
    {".mp4", "mp4", "aac", kInMp4, TargetClock::kEdits, 0.0, true},
    {".m4v", "mp4", "aac", kInMp4, TargetClock::kEdits, 0.0, true},
    {".f4v", "mp4", "aac", kInMp4, TargetClock::kEdits, 0.0, true},
    {".f4a", "mp4", "aac", kInMp4, TargetClock::kEdits, 0.0, true, true},
    {".m4a", "ipod", "aac", kInAudioMp4, TargetClock::kEdits, 0.0, true, true},
    {".m4b", "ipod", "aac", kInAudioMp4, TargetClock::kEdits, 0.0, true, true},
    {".m4r", "ipod", "aac", kInAudioMp4, TargetClock::kEdits, 0.0, true, true},
    {".mov", "mov", "aac", kInMov, TargetClock::kEdits, 0.0, true},
    {".qt", "mov", "aac", kInMov, TargetClock::kEdits, 0.0, true},
    {".3gp", "3gp", "aac", kIn3gp, TargetClock::kEdits, 0.0, true},
    {".3gpp", "3gp", "aac", kIn3gp, TargetClock::kEdits, 0.0, true},
    {".3g2", "3g2", "aac", kIn3gp, TargetClock::kEdits, 0.0, true},
    {".mkv", "matroska", "aac", "*", TargetClock::kTicks, kMilliseconds},
    {".mk3d", "matroska", "aac", "*", TargetClock::kTicks, kMilliseconds},
    {".mka", "matroska", "aac", "*", TargetClock::kTicks, kMilliseconds, false, true},
    {".webm", "webm", "libopus", kInWebm, TargetClock::kTicks, kMilliseconds},
    {".weba", "webm", "libopus", kInWebm, TargetClock::kTicks, kMilliseconds, false, true},
    {".ogv", "ogg", "libvorbis", kInOgg, TargetClock::kOgg},
    {".ts", "mpegts", "aac", kInTransport, TargetClock::kTicks, kMpegTicks},
    {".m2ts", "mpegts", "aac", kInTransport, TargetClock::kTicks, kMpegTicks},
    {".mts", "mpegts", "aac", kInTransport, TargetClock::kTicks, kMpegTicks},
    {".m2t", "mpegts", "aac", kInTransport, TargetClock::kTicks, kMpegTicks},
    {".mpg", "vob", "mp2", kInProgram, TargetClock::kTicks, kMpegTicks},
    {".mpeg", "vob", "mp2", kInProgram, TargetClock::kTicks, kMpegTicks},
    {".vob", "vob", "mp2", kInProgram, TargetClock::kTicks, kMpegTicks},
    {".avi", "avi", "libmp3lame", kInAvi, TargetClock::kNone},
    {".wmv", "asf", "wmav2", kInAsf, TargetClock::kTicks, kMilliseconds},
    {".wma", "asf", "wmav2", kInAsf, TargetClock::kTicks, kMilliseconds, false, true},
    {".asf", "asf", "wmav2", kInAsf, TargetClock::kTicks, kMilliseconds},
    {".flv", "flv", "aac", kInFlv, TargetClock::kTicks, kMilliseconds},
    {".nut", "nut", "flac", "*", TargetClock::kTicks, kMilliseconds},
    {".aac", "adts", "aac", "aac", TargetClock::kNone},
    {".adts", "adts", "aac", "aac", TargetClock::kNone},
    {".ac3", "ac3", "ac3", "ac3", TargetClock::kNone},
    {".eac3", "eac3", "eac3", "eac3", TargetClock::kNone},
    {".ec3", "eac3", "eac3", "eac3", TargetClock::kNone},
    {".mpa", "mp2", "mp2", "mp2", TargetClock::kNone},
    {".m2a", "mp2", "mp2", "mp2", TargetClock::kNone},
    {".amr", "amr", "libopencore_amrnb", "amr_nb", TargetClock::kNone},
    {".awb", "amr", "libvo_amrwbenc", "amr_wb", TargetClock::kNone},
    {".wv", "wv", "wavpack", "wavpack", TargetClock::kNone},
    {".tta", "tta", "tta", "tta", TargetClock::kNone},
};

// What is read and never written, and what takes its place: lossless sound stays lossless.
struct Substitute {
  std::string_view extension;
  const char* written;
};

constexpr Substitute kSubstitutes[] = {
    {".ape", ".flac"},  {".tak", ".flac"}, {".shn", ".flac"}, {".ofr", ".flac"},
    {".dsf", ".flac"},  {".dff", ".flac"}, {".mlp", ".flac"}, {".truehd", ".flac"},
    {".thd", ".flac"},  {".m4p", ".m4a"},  {".loas", ".m4a"}, {".latm", ".m4a"},
    {".dtshd", ".m4a"}, {".mpc", ".m4a"},  {".mpp", ".m4a"},  {".oma", ".m4a"},
    {".aa3", ".m4a"},   {".mp1", ".mp3"},  {".spx", ".opus"}, {".gsm", ".m4a"},
    {".aax", ".m4a"},   {".aptx", ".m4a"}, {".sbc", ".m4a"},  {".rmvb", ".mkv"},
    {".m2v", ".mkv"},   {".mxf", ".mov"},  {".ogm", ".mkv"},  {".wtv", ".mkv"},
};

std::string LowerExtension(const std::filesystem::path& path) {
  std::string extension = PathText(path.extension());
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

}  // namespace

const MediaTarget* FindMediaTarget(const std::filesystem::path& path) {
  const std::string extension = LowerExtension(path);
  const auto* found =
      std::find_if(std::begin(kTargets), std::end(kTargets),
                   [&](const MediaTarget& target) { return target.extension == extension; });
  return found == std::end(kTargets) ? nullptr : found;
}

bool Holds(const MediaTarget& target, std::string_view codec) {
  if (target.codecs == "*") return true;
  // "pcm" stands for all of its kind.
  const std::string_view kind = codec.starts_with("pcm_")     ? "pcm"
                                : codec.starts_with("adpcm_") ? "adpcm"
                                                              : codec;
  std::string_view rest = target.codecs;
  while (!rest.empty()) {
    const size_t end = rest.find(' ');
    if (rest.substr(0, end) == kind) return true;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return false;
}

std::filesystem::path WritableMediaName(std::filesystem::path name) {
  const std::string extension = LowerExtension(name);
  for (const Substitute& substitute : kSubstitutes) {
    if (substitute.extension == extension) name.replace_extension(substitute.written);
  }
  return name;
}

}  // namespace dfn
