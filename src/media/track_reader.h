// An audio track of a media file as a sound, decoded by FFmpeg's program.
#ifndef DEEPFILTER_MEDIA_TRACK_READER_H_
#define DEEPFILTER_MEDIA_TRACK_READER_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "audio/sound_file.h"
#include "base/result.h"
#include "media/media_info.h"
#include "media/media_tools.h"

namespace dfn {

// Reads an audio stream of `media` from a sample on, counted on the file's clock at the stream's
// rate. Gaps in its time stamps longer than 15 ms become silence, and what overlaps is left out, so
// that sample n of the sound is heard n samples after the first. What the decoder complained about
// counts as damage. Errors: kCorrupt (no sound comes out of it), kCancelled, kIo; when it is read,
// kCorrupt (the decoder gives up), kCancelled, kIo.
Result<std::unique_ptr<SoundReader>> OpenTrack(const MediaTools& tools, const MediaInfo& media,
                                               const MediaStream& stream, int64_t first_sample);

// Reads that many frames of a sound, or all of it, and forgets them. Errors: those of the reader.
Status DropFrames(SoundReader& sound, uint64_t frames);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_TRACK_READER_H_
