// A sound whose level an automatic control has to follow.
#ifndef DEEPFILTER_STREAM_TESTING_QUIET_SPEECH_H_
#define DEEPFILTER_STREAM_TESTING_QUIET_SPEECH_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stream/testing/fake_network.h"

namespace dfn {

// A voice of 110 Hz in bursts of a quarter of a second with pauses between them, like syllables, in
// noise that is 40 dB below them; it begins with a pause. Bursts have about this level in dBFS; from
// the middle of the sound on, `step_db` more. Without a voice, bursts are noise.
inline std::vector<float> QuietSpeech(size_t samples, size_t sample_rate_hz, float level_db,
                                      float step_db = 0.0f, uint32_t seed = 1, bool voice = true) {
  std::vector<float> sound = TestSignal(samples, seed);
  for (size_t i = 0; i < samples; ++i) {
    const bool pause = i / (sample_rate_hz / 4) % 2 == 0;
    const double seconds = static_cast<double>(i) / static_cast<double>(sample_rate_hz);
    const float noise = std::sqrt(12.0f) * sound[i];
    float burst = 0.0f;
    for (int n = 1; n <= 3; ++n) {
      burst += static_cast<float>(std::sqrt(2.0 / 3.0) * std::sin(n * 691.15 * seconds));
    }
    const float db = level_db + (i < samples / 2 ? 0.0f : step_db);
    sound[i] = std::pow(10.0f, db / 20.0f) *
               (pause || voice ? 0.01f * noise + (pause ? 0.0f : burst) : noise);
  }
  return sound;
}

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_TESTING_QUIET_SPEECH_H_
