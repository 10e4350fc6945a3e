// The containers that media are written in, by the extension of their names.
#ifndef DEEPFILTER_MEDIA_MEDIA_TARGET_H_
#define DEEPFILTER_MEDIA_MEDIA_TARGET_H_

#include <filesystem>
#include <string_view>

namespace dfn {

// How a container tells when its sound begins.
enum class TargetClock {
  kEdits,  // edit lists: to the sample, and what an encoder puts in front is cut off
  kOgg,    // counts of samples, with the same cut
  kTicks,  // time stamps in ticks, none below zero, and no cut
  kNone,   // no time stamps: the sound begins with the file
};

struct MediaTarget {
  std::string_view extension;
  std::string_view muxer;          // FFmpeg's name
  std::string_view usual_encoder;  // FFmpeg's, of sound
  // Codecs of sound that it holds besides; "*": nearly all.
  std::string_view codecs;
  TargetClock clock = TargetClock::kTicks;
  double ticks_hz = 1000.0;  // with kTicks
  bool is_mp4 = false;       // of MP4's and QuickTime's kind
  bool sound_only = false;   // by its extension: pictures are covers
};

// Whether the container is nothing but one track of sound.
inline bool IsBareTrack(const MediaTarget& target) {
  return target.clock == TargetClock::kNone && target.muxer != "avi";
}

// Nothing where the extension is none of those that are written by FFmpeg.
const MediaTarget* FindMediaTarget(const std::filesystem::path& path);
// Whether the target holds sound of that codec.
bool Holds(const MediaTarget& target, std::string_view codec);

// The name for the output of a media file that keeps its name: itself; or one with another extension
// where FFmpeg reads the format and does not write it.
std::filesystem::path WritableMediaName(std::filesystem::path name);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_MEDIA_TARGET_H_
