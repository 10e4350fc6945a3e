// Where the samples of a sound file end, whatever its header says: recorders that died, programs
// that wrote to a pipe and interrupted copies leave headers that are wrong.
#ifndef DEEPFILTER_AUDIO_SOUND_EXTENT_H_
#define DEEPFILTER_AUDIO_SOUND_EXTENT_H_

#include <cstdint>
#include <vector>

#include "audio/file_view.h"

namespace dfn {

enum class ExtentFinding {
  kAsDeclared,  // header and file agree
  kNoLength,    // samples, but a length of 0 or one that means "unknown"
  kLonger,      // more samples than declared
  kShorter,     // fewer: the file was cut
};

struct SoundExtent {
  bool known = false;  // the container is one of those below; if not, the rest says nothing
  ExtentFinding finding = ExtentFinding::kAsDeclared;
  uint64_t declared_bytes = 0;  // of samples; the value in the file where it has no meaning
  uint64_t sound_bytes = 0;     // of samples that are there
  // The same file with a header that is right; none: it can be read as it is.
  std::vector<FilePiece> pieces;
};

// Finds the samples in WAV (RIFF, RIFX), RF64, W64, AIFF, AIFC, 8SVX, CAF
// and AU files. Bytes behind the
// declared end that are other chunks (LIST, id3, bext, ..), tags of other formats, zeros or few are
// no samples. A length of 0 with such bytes behind it, or none, is a sound of no length.
SoundExtent FindSoundExtent(const FileView& view);

// A number that programs write into WAV and AIFF headers when they do not know the length: about
// 2^31 (sox, arecord) or 2^32 (ffmpeg).
bool SaysUnknownLength(uint64_t size);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SOUND_EXTENT_H_
