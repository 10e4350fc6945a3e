// Signals for tests.
#ifndef DEEPFILTER_AUDIO_TESTING_SIGNAL_H_
#define DEEPFILTER_AUDIO_TESTING_SIGNAL_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/noise.h"

namespace dfn {

// Reproducible noise in [-amplitude, amplitude).
inline std::vector<float> TestNoise(size_t size, float amplitude = 0.5f, uint32_t seed = 1) {
  std::vector<float> samples(size);
  NoiseGenerator noise(seed);
  for (float& sample : samples) sample = amplitude * noise.Next();
  return samples;
}

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_TESTING_SIGNAL_H_
