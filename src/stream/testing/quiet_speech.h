// A sound whose level an automatic control has to follow.
#ifndef DEEPFILTER_STREAM_TESTING_QUIET_SPEECH_H_
#define DEEPFILTER_STREAM_TESTING_QUIET_SPEECH_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stream/testing/fake_network.h"

namespace dfn {

// Noise in bursts of a quarter of a second with pauses between them, like syllables, 40 dB above
// the noise in the pauses; it begins with a pause. Bursts have about this level in dBFS; from the
// middle of the sound on, `step_db` more.
inline std::vector<float> QuietSpeech(size_t samples, size_t sample_rate_hz, float level_db,
                                      float step_db = 0.0f, uint32_t seed = 1) {
  std::vector<float> sound = TestSignal(samples, seed);
  const auto level = [](float db) { return std::sqrt(12.0f) * std::pow(10.0f, db / 20.0f); };
  for (size_t i = 0; i < samples; ++i) {
    const bool pause = i / (sample_rate_hz / 4) % 2 == 0;
    const float db = level_db + (i < samples / 2 ? 0.0f : step_db) - (pause ? 40.0f : 0.0f);
    sound[i] *= level(db);
  }
  return sound;
}

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_TESTING_QUIET_SPEECH_H_
