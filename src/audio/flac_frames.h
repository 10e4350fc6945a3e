// Finds whole frames in FLAC files, to go on behind damage.
#ifndef DEEPFILTER_AUDIO_FLAC_FRAMES_H_
#define DEEPFILTER_AUDIO_FLAC_FRAMES_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "audio/file_view.h"

namespace dfn {

// "fLaC" and the first block of metadata, which describes the sound.
inline constexpr size_t kFlacHeadBytes = 4 + 4 + 34;

// What comes before the frames of a FLAC file.
struct FlacStart {
  uint64_t first_frame = 0;  // offset: the end of all metadata
  size_t block_samples = 0;  // of each frame but the last; 0: frames differ
};

// Reads "fLaC" and the metadata's sizes; nothing for other files and where metadata are cut.
std::optional<FlacStart> ReadFlacStart(const FileView& view);

struct FlacFrame {
  uint64_t offset = 0;
  uint64_t first_sample = 0;  // a channel
};

// The first frame header at or behind `offset` whose checksum is right and whose frame begins at
// `least_sample` or later. The rest of the frame may be damaged.
std::optional<FlacFrame> FindFlacFrame(const FileView& view, const FlacStart& start,
                                       uint64_t offset, uint64_t least_sample);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_FLAC_FRAMES_H_
