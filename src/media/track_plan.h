// Where an enhanced track begins and how it is written, so that it is heard when the original is.
//
// The track is encoded into a file of its own, whose packets are then copied into the output. What
// happens to the time of a packet on that way depends on encoder and container; the plan makes up for
// it (docs/media.md, "Lip sync").
#ifndef DEEPFILTER_MEDIA_TRACK_PLAN_H_
#define DEEPFILTER_MEDIA_TRACK_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "media/audio_encoding.h"
#include "media/encoder_delay.h"
#include "media/media_info.h"
#include "media/media_target.h"
#include "media/media_tools.h"

namespace dfn {

struct TrackPlan {
  size_t rate_hz = 0;
  size_t channels = 0;
  AudioEncoding encoding;
  // The first sample that is enhanced, counted on the file's clock; up to a tick of silence is put in
  // front, or the first milliseconds are left out, where the container cannot tell the time else.
  int64_t first_sample = 0;
  // The sound itself begins here.
  int64_t sound_sample = 0;
  std::string_view muxer;      // of the track's own file
  double shift_seconds = 0.0;  // of packets in that file
  bool has_delay_tag = false;  // the container tells the delay in a field of its own
};

// The first sample: as late as possible, but not after `sound_sample`, such that the first packet that
// makes sound is within half a sample of a tick of the target's clock, and the first of all not below
// zero. Where that is impossible, the first one after.
int64_t FirstSample(const MediaTarget& target, size_t rate_hz, int64_t sound_sample,
                    const EncoderDelay& delay);

// Plans a track of a target. `sound_seconds` is when its sound begins. Errors: those of
// ChooseEncoding and FindEncoderDelay.
Result<TrackPlan> PlanTrack(const MediaTools& tools, const MediaTarget& target,
                            const AudioSource& source, double sound_seconds, bool same_container,
                            const AudioWishes& wishes);

// The seconds to add to the time stamps of the track's own file, for ffmpeg's -itsoffset. Copies a
// moment of it to `trial`, where the container has a field for the delay, whose meaning for copies
// differs among versions of FFmpeg. Errors: kCorrupt, kCancelled, kIo.
Result<double> TrackOffset(const MediaTools& tools, const MediaTarget& target,
                           const TrackPlan& plan, const std::string& track,
                           const std::string& trial);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_TRACK_PLAN_H_
