// What a media file holds, as ffprobe tells it.
#ifndef DEEPFILTER_MEDIA_MEDIA_INFO_H_
#define DEEPFILTER_MEDIA_MEDIA_INFO_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/media_tools.h"

namespace dfn {

enum class StreamKind { kAudio, kVideo, kSubtitle, kData, kAttachment, kOther };

struct MediaStream {
  size_t index = 0;  // its place in the file
  StreamKind kind = StreamKind::kOther;
  std::string codec;    // FFmpeg's name; empty if it knows none
  std::string profile;  // "HE-AAC"
  std::string tag;      // the container's four letters for the codec
  std::string language;
  std::string dispositions;  // as ffmpeg's option takes them: "default+forced", or "0"
  bool is_default = false;
  std::optional<double> seconds;
  double start_seconds = 0.0;  // of its first packet
  // Of audio.
  size_t rate_hz = 0;
  size_t channels = 0;
  int bits = 0;           // of a sample, where the codec has such a thing
  uint64_t bit_rate = 0;  // bits a second; 0: unknown
};

struct MediaInfo {
  std::string path;
  std::string format;  // FFmpeg's names of the container: "mov,mp4,m4a,3gp,3g2,mj2"
  std::vector<MediaStream> streams;
  size_t chapters = 0;
  double seconds = 0.0;
  double start_seconds = 0.0;  // the earliest of its streams
  // Tags of QuickTime's newer kind, which have names with dots.
  bool has_dotted_tags = false;

  // The places in `streams` of the audio tracks that can be decoded.
  std::vector<size_t> AudioTracks() const;
};

// Reads the head of a file. Errors: kUnsupported (nothing that FFmpeg knows, or damaged where it
// matters), kCancelled, kIo.
Result<MediaInfo> ReadMediaInfo(const MediaTools& tools, const std::string& path);
// The same from ffprobe's JSON. Error: kCorrupt.
Result<MediaInfo> ParseMediaInfo(std::string_view json, const std::string& path);

// When the first samples of an audio stream that come out of its decoder are heard, in seconds on the
// file's own clock; where none come soon, when its first packet is. Errors: kCancelled, kIo.
Result<double> FirstSoundSeconds(const MediaTools& tools, const MediaInfo& media,
                                 const MediaStream& stream);
// The time of the first packet of a file's first stream. Errors: as above; kCorrupt (it has none).
Result<double> FirstPacketSeconds(const MediaTools& tools, const std::string& path);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_MEDIA_INFO_H_
