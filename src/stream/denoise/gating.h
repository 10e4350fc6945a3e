// Which stages run on a frame, decided by the local SNR; and how channels share their gains.
#ifndef DEEPFILTER_STREAM_DENOISE_GATING_H_
#define DEEPFILTER_STREAM_DENOISE_GATING_H_

#include <cstddef>

#include "stream/denoise/denoiser.h"

namespace dfn {

// What the network does to a frame. The order matters: from kGains on the ERB decoder runs.
enum class Stage {
  kNotProduced = 0,  // the network has said nothing of this frame
  kAsIs = 1,         // speech without noise: the noisy spectrum
  kZero = 2,         // noise without speech: no spectrum at all
  kGains = 3,        // gains on all bins
  kFilter = 4,       // gains, and the deep filter below
};

// Thresholds in dB on a local SNR that is first held in [lsnr_min_db, lsnr_max_db], so that
// rounding at the network's edge decides nothing.
struct GatingRule {
  float lsnr_min_db;
  float lsnr_max_db;
  float min_db_thresh;
  float max_db_erb_thresh;
  float max_db_df_thresh;
};

// libDF `apply_stages`: all comparisons are strict, the lowest threshold goes first. Real-time
// safe.
Stage DecideStage(float lsnr_db, const GatingRule& rule) noexcept;

// Gives all channels the same gains, their maximum or mean (libDF `ReduceMask`).
//   gains: [channels, values] read and written. Sums run from the first channel on. Real-time safe.
void ReduceGains(ReduceMask rule, size_t channels, size_t values, float* gains) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_GATING_H_
