// The length that an MP3 file declares.
#ifndef DEEPFILTER_AUDIO_MP3_LENGTH_H_
#define DEEPFILTER_AUDIO_MP3_LENGTH_H_

#include <cstdint>
#include <optional>

#include "audio/file_view.h"

namespace dfn {

// What the first frame ("Xing" or "Info") says, where encoders put it.
struct Mp3Length {
  bool has_frames = false;      // the number of frames is there: the decoder knows the exact length
  std::optional<uint64_t> end;  // offset at which the last frame ends
};

// Of the sound that begins at `offset`. Nothing if it has no such frame: its length is then only
// estimated.
std::optional<Mp3Length> ReadMp3Length(const FileView& view, uint64_t offset = 0);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_MP3_LENGTH_H_
