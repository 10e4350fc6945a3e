// How loud a sound is, by the measures of a report.
#ifndef DEEPFILTER_CLI_ENHANCE_SOUND_METER_H_
#define DEEPFILTER_CLI_ENHANCE_SOUND_METER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audio/loudness.h"
#include "base/result.h"
#include "stream/denoise/whole_gains.h"

namespace dfn {

struct SoundLevel {
  // Over all samples of all channels, in dBFS (a full-scale square wave has 0). Empty: silence.
  std::optional<double> rms_dbfs;
  std::optional<double> peak_dbfs;
  // Active speech level of each channel, in dBFS. Empty: no speech was found.
  std::vector<std::optional<float>> speech_dbfs;
  std::optional<double> lufs;  // integrated; empty: nothing is loud enough
};

// Takes a sound from start to end. Memory does not grow with it. One thread at a time.
class SoundMeter {
 public:
  // `speakers` is SoundDetails::speakers, `linked` is LinksGains. Errors: those of Loudness.
  static Result<SoundMeter> Create(size_t rate_hz, size_t channels, uint32_t speakers, bool linked);

  // Takes the next samples, interleaved [n, channels], finite.
  void Hear(std::span<const float> interleaved);

  SoundLevel level() const;

 private:
  SoundMeter(size_t channels, WholeGains speech, Loudness loudness);

  size_t channels_;
  WholeGains speech_;
  Loudness loudness_;
  double power_ = 0.0;  // sum
  uint64_t samples_ = 0;
  float peak_ = 0.0f;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_SOUND_METER_H_
