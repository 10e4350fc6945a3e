// A sound that FFmpeg's program encodes into a file.
#ifndef DEEPFILTER_MEDIA_TRACK_WRITER_H_
#define DEEPFILTER_MEDIA_TRACK_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "audio/sound_file.h"
#include "base/result.h"
#include "media/media_tools.h"
#include "media/track_plan.h"

namespace dfn {

// Encodes a sound of the plan's rate and channels into the track's own file, which exists and is
// overwritten. `name` is that of the output in messages; `speakers` as in SoundDetails. Errors: kIo;
// when it is written, kUnsupported (the encoder refuses it), kCancelled, kIo.
Result<std::unique_ptr<SoundWriter>> CreateTrack(const MediaTools& tools, const TrackPlan& plan,
                                                 uint32_t speakers, const std::string& file,
                                                 const std::string& name);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_TRACK_WRITER_H_
