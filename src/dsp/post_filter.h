// The steps on an enhanced spectrum after the network: the post filter, which attenuates noisy bins
// further, and the limit on attenuation. The filter is Valin's (PercepNet, section 4.3), in the
// three forms that the official programs give it.
#ifndef DEEPFILTER_DSP_POST_FILTER_H_
#define DEEPFILTER_DSP_POST_FILTER_H_

#include <cstddef>

#include "base/realtime.h"

namespace dfn {

// All are real-time safe. `beta` >= 0 is the strength; 0.02 is usual.

// Python's DeepFilterNet3: with g = |Y| / (|X| + 1e-12) in [1e-12, 1] and
// s = g max(sin(pi g / 2), 1e-12), each bin of Y is multiplied by (1 + beta) / (1 + beta (g /
// s)^2).
//   noisy: X [bins, 2]; enhanced: Y [bins, 2], read and written
void PostFilterSpectrum(const float* noisy, size_t bins, float beta,
                        float* enhanced) noexcept DFN_REALTIME;

// libDF `post_filter`: PostFilterSpectrum without the sine's lower bound, over groups of four bins;
// up to three bins after the last whole group are not changed. Shapes are those of
// PostFilterSpectrum.
void PostFilterLibdf(const float* noisy, size_t bins, float beta,
                     float* enhanced) noexcept DFN_REALTIME;

// Python's DeepFilterNet2: each gain m becomes
// (1 + beta) m / (1 + beta (m / max(m sin(pi m / 2), 1e-12))^2), before it is applied.
//   gains: [bands] in [0, 1], read and written
void PostFilterGains(size_t bands, float beta, float* gains) noexcept DFN_REALTIME;

// Returns the share of the noisy spectrum that remains with an attenuation limit of `limit_db` dB:
// 10^(-|limit_db| / 20).
float NoisyShare(float limit_db) noexcept DFN_REALTIME;

// enhanced = enhanced (1 - share) + noisy share.
//   noisy, enhanced: [values]; share in [0, 1]
void MixNoisy(const float* noisy, size_t values, float share,
              float* enhanced) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_DSP_POST_FILTER_H_
