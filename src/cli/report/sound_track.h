// A sound for the players of a report: compressed, in pieces, in bounded memory.
#ifndef DEEPFILTER_CLI_REPORT_SOUND_TRACK_H_
#define DEEPFILTER_CLI_REPORT_SOUND_TRACK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/resample.h"
#include "base/result.h"

namespace dfn {

// A piece of a track holds these seconds of sound and, before them, what its decoder needs to have
// heard; the first piece begins with silence instead.
inline constexpr double kPieceSeconds = 20.0;
inline constexpr double kLeadSeconds = 0.25;
// A longer sound's rest is not in the track.
inline constexpr double kMostTrackSeconds = 600.0;

// Bits a second at which both tracks of a sound of this length, in base64, take 4 MB at most: 64000 up
// to three minutes, less for longer sounds. Unknown lengths count as kMostTrackSeconds.
double TrackBits(std::optional<double> seconds);

// Takes one channel at any rate. Not real-time; one thread at a time.
class SoundTrack {
 public:
  // Errors: those of Resampler::Create.
  static Result<SoundTrack> Create(size_t rate_hz, double bits_per_second);

  // Errors: those of EncodeWebmOpus.
  Status Hear(std::span<const float> mono);
  // Ends the sound. Call once, last.
  Status Finish();

  // WebM files, one for each piece.
  const std::vector<std::string>& pieces() const { return pieces_; }
  // In the track, without leads.
  double seconds() const;

 private:
  SoundTrack(size_t rate_hz, double bits_per_second, Resampler resampler);
  Status EncodeFull();
  Status Encode(size_t samples);

  size_t rate_hz_;
  double bits_per_second_;
  Resampler resampler_;
  uint64_t heard_ = 0;          // samples at rate_hz
  std::vector<float> waiting_;  // at kOpusRateHz, the next piece's lead first
  uint64_t kept_ = 0;           // samples of the pieces so far, without leads
  std::vector<std::string> pieces_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_REPORT_SOUND_TRACK_H_
