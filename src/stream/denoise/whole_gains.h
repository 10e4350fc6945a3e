// The gains at which the network should hear a sound that can be read before it is enhanced.
#ifndef DEEPFILTER_STREAM_DENOISE_WHOLE_GAINS_H_
#define DEEPFILTER_STREAM_DENOISE_WHOLE_GAINS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "dsp/speech_band.h"
#include "dsp/whole_level.h"

namespace dfn {

// Takes a whole sound at any rate and then tells the gains for DenoiserOptions::level_gains_db.
// Channels form groups as in LevelConditioner. Not real-time.
class WholeGains {
 public:
  // sample_rate_hz >= 1000
  WholeGains(size_t sample_rate_hz, size_t channels, bool linked);

  // Takes the next samples, interleaved [n, channels], in pieces of any size. A sample that is NaN,
  // infinite or beyond 1e10 counts as 0.
  void Hear(std::span<const float> interleaved);

  // The level of the speech on a channel, or in its group, in dBFS; empty if there is none.
  std::optional<float> level_db(size_t channel) const;
  // [channels]
  std::vector<float> gains_db() const;

 private:
  struct Channel {
    std::vector<float> hop;  // of which filled_ samples are there
    float filters[SpeechBand::kState] = {};
  };

  void HearHop();

  size_t hop_;
  size_t filled_ = 0;
  bool linked_;
  SpeechBand band_;
  std::vector<Channel> channels_;
  std::vector<WholeLevel> levels_;  // of the groups
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_WHOLE_GAINS_H_
