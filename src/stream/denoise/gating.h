// Decides by the local SNR which stages run on a frame, and shares gains among channels.
#ifndef DEEPFILTER_STREAM_DENOISE_GATING_H_
#define DEEPFILTER_STREAM_DENOISE_GATING_H_

#include <cstddef>

#include "base/realtime.h"
#include "stream/denoise/denoiser.h"

namespace dfn {

// How much of the network runs on a frame. The order matters: the ERB decoder runs from kGains on.
enum class Stage {
  kNotProduced = 0,  // the network has not run on this frame
  kAsIs = 1,         // speech without noise: the noisy spectrum stays
  kZero = 2,         // noise without speech: the spectrum is set to zero
  kGains = 3,        // gains on all bins
  kFilter = 4,       // gains on all bins, then the deep filter on the lowest; not with mask_only
};

// Thresholds in dB on the local SNR, which is first clamped to [lsnr_min_db, lsnr_max_db], so that
// rounding at the ends of the network's range decides nothing.
struct GatingRule {
  float lsnr_min_db;
  float lsnr_max_db;
  float min_db_thresh;
  float max_db_erb_thresh;
  float max_db_df_thresh;
};

// libDF `apply_stages`: all comparisons are strict, and the lowest threshold is tested first.
// Real-time safe.
Stage DecideStage(float lsnr_db, const GatingRule& rule) noexcept DFN_REALTIME;

// Gives all channels the same gains, their maximum or mean (libDF `ReduceMask`).
//   gains: [channels, values], read and written; sums run from the first channel on.
// Real-time safe.
void ReduceGains(ReduceMask rule, size_t channels, size_t values,
                 float* gains) noexcept DFN_REALTIME;

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_GATING_H_
