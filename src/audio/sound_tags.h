// Tags of sound files (title, artist and so on), and the two chunks of WAV files that people who
// cut sound depend on: the broadcast extension with its time code, and cue points.
#ifndef DEEPFILTER_AUDIO_SOUND_TAGS_H_
#define DEEPFILTER_AUDIO_SOUND_TAGS_H_

#include <sndfile.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audio/sound_details.h"

namespace dfn {

// The longest text of a tag in bytes; what is longer is cut. Nine of them stay below 64 KiB, beyond
// which libsndfile writes an Opus file that nobody can read.
inline constexpr size_t kMostTagBytes = 6000;
// The same in files of chunks (WAV, AIFF, CAF): libsndfile reads no text of 2 KiB or more from WAV,
// nothing beyond 16 KiB in all from CAF, and no AIFF file at all with a text of about 15 KB.
inline constexpr size_t kMostChunkTagBytes = 1800;
// Further cue points are left out. Those of an AIFF file have to fit libsndfile's largest header.
inline constexpr uint32_t kMostCues = 250;

// Text of a tag as UTF-8 without control characters, save line feeds and tabs; at most
// kMostTagBytes. What is no UTF-8 is taken as Windows-1252, which programs wrote into WAV and ID3.
std::string CleanTag(std::string_view text);

// The usual name of a tag's field in words: "title"; null for what has none.
const char* TagName(int field);

// Everything of SoundDetails but the speakers, from a file that libsndfile has opened for reading.
// The name of the program that wrote the file is left out: it is not the one that writes the next.
SoundDetails ReadTags(SNDFILE* file);

// Writes those into a file that has been opened for writing and holds no sample so far. What the
// format has no place for is left out.
void WriteTags(SNDFILE* file, int format, const SoundDetails& details);

// An ID3v2.4 tag, which stands before the frames of an MP3 file; empty if there are no tags.
// libsndfile hands text to LAME as Latin-1, which spoils all other letters.
std::vector<uint8_t> MakeId3Tag(const std::vector<SoundTag>& tags);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SOUND_TAGS_H_
