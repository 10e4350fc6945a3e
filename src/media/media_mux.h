// Puts enhanced tracks in the place of a media file's own and copies the rest of it.
#ifndef DEEPFILTER_MEDIA_MEDIA_MUX_H_
#define DEEPFILTER_MEDIA_MEDIA_MUX_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "media/media_info.h"
#include "media/media_target.h"
#include "media/media_tools.h"

namespace dfn {

struct EnhancedTrack {
  std::string file;             // the track's own
  size_t stream = 0;            // its place in the source's streams
  double offset_seconds = 0.0;  // TrackOffset
};

// Whether source and target are of one kind: it holds what it held, and its clock goes on.
bool IsSameKind(const MediaInfo& media, const MediaTarget& target);

struct MuxPlan {
  // The arguments of ffmpeg.
  std::vector<std::string> arguments;
  // The file from which streams are copied, or empty.
  std::string input = {};
  // Sentences about streams that the target does not hold, and that are left out.
  std::vector<std::string> left_out;
};

// `media` may be without streams: then the output holds the first track and `tags` alone.
// `shift_seconds` is added to the time stamps of what is copied. `output` exists and is overwritten.
MuxPlan PlanMux(const MediaInfo& media, const MediaTarget& target,
                const std::vector<EnhancedTrack>& tracks, double shift_seconds,
                const std::string& output,
                const std::vector<std::pair<std::string, std::string>>& tags);

// Runs it. Errors: kUnsupported (the container refuses a stream: FFmpeg's words), kCancelled, kIo.
Status Mux(const MediaTools& tools, const MuxPlan& plan, const std::string& name);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_MEDIA_MUX_H_
