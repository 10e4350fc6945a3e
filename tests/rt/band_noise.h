// Noise of a known bandwidth, and the SNR of a delayed copy of it.
#ifndef DEEPFILTER_TESTS_RT_BAND_NOISE_H_
#define DEEPFILTER_TESTS_RT_BAND_NOISE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "dsp/snr.h"

namespace dfn::test {

// Returns `samples` samples at `rate_hz`: sines of random frequency up to `top_hz` and random
// phase, about 0.1 RMS, faded in and out over 20 ms, so that only the fades add energy above
// `top_hz`.
inline std::vector<float> BandNoise(double rate_hz, double top_hz, size_t samples, uint32_t seed) {
  constexpr size_t kSines = 40;
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  std::vector<double> sum(samples);
  for (size_t k = 0; k < kSines; ++k) {
    const double step = 2 * std::numbers::pi * (40.0 + uniform() * (top_hz - 40.0)) / rate_hz;
    const double phase = 2 * std::numbers::pi * uniform();
    for (size_t i = 0; i < samples; ++i) sum[i] += std::sin(step * static_cast<double>(i) + phase);
  }
  const double fade = 0.02 * rate_hz;
  std::vector<float> noise(samples);
  for (size_t i = 0; i < samples; ++i) {
    const double edge = std::min<double>(static_cast<double>(i), static_cast<double>(samples - i));
    const double gain = edge >= fade ? 1.0 : 0.5 - 0.5 * std::cos(std::numbers::pi * edge / fade);
    noise[i] = static_cast<float>(sum[i] * gain * 0.1 / std::sqrt(kSines / 2.0));
  }
  return noise;
}

// 10 log10(sum input^2 / sum (output delayed back - input)^2) over all of `input`; `output` is
// longer by at least the delay.
inline double DelayedSnrDb(const std::vector<float>& input, const std::vector<float>& output,
                           size_t delay) {
  return SnrDb(input, output, delay);
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_RT_BAND_NOISE_H_
