// The kinds of sound and video that files hold, by their first bytes and by their names: for
// messages about those that cannot be read here.
#ifndef DEEPFILTER_AUDIO_MEDIA_KIND_H_
#define DEEPFILTER_AUDIO_MEDIA_KIND_H_

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace dfn {

struct MediaKind {
  std::string_view format;  // "MP4", "Matroska or WebM"; empty: none that is known
  bool readable = false;    // by OpenSoundFile
};

// The bytes of a file's start that tell its kind: three packets of an MPEG transport stream.
inline constexpr size_t kMediaStartBytes = 3 * 192;

// By the first bytes, of which there may be fewer than kMediaStartBytes. Pictures in MP4's
// container (HEIC, AVIF) and formats whose start other data may have (MP3 without tags, bare AC-3)
// are none.
MediaKind MediaOfBytes(Bytes start);

// By the name's extension, in any case: kinds that are not readable, and whose extension means
// nothing else (.ts and .dts do).
MediaKind MediaOfName(const std::filesystem::path& path);

// By the first bytes and, if they tell nothing, by the name. Anything but a regular file that can
// be opened is none.
MediaKind MediaOfFile(const std::filesystem::path& path);

// "make a WAV file of it: ffmpeg -i talk.m4a talk.wav", without a full stop.
std::string ConvertAdvice(const std::filesystem::path& path);

// What to do where there is no path, but a stream.
inline constexpr char kStreamAdvice[] =
    "make it WAV on the way: ffmpeg -i FILE -f wav - | deepfilter enhance -";

// Of a file that OpenSoundFile refuses: "is MP4, which cannot be read; make a WAV file of it: ...",
// or that it only stands in for a sound (base/stand_in.h); empty if nothing is known of it.
std::string MediaRefusal(const std::filesystem::path& path);
// The same for OpenSoundDescriptor.
std::string MediaRefusal(int descriptor);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_MEDIA_KIND_H_
