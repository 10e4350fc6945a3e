// Live controls: the options of a denoiser that may change while its stream runs.
#ifndef DEEPFILTER_STREAM_DENOISE_DENOISER_CONTROLS_H_
#define DEEPFILTER_STREAM_DENOISE_DENOISER_CONTROLS_H_

#include "base/result.h"

namespace dfn {

struct DenoiserControls {
  // Attenuation limit in dB: the output contains the share 10^(-|dB| / 20) of the noisy spectrum.
  // From 100 on there is no limit. At 0, profile kReference reduces no noise and keeps its delay.
  // Below 0.01, profile kLibdf passes the input on undelayed.
  float atten_lim_db = 100.0f;
  // The post filter of `dsp/post_filter.h`: with kReference the form that the model's family has in
  // Python, with kLibdf libDF's form for either family.
  bool post_filter = false;
  float post_filter_beta = 0.02f;  // finite, >= 0; with kLibdf, 0 switches the post filter off
  // kLibdf: thresholds in dB on the local SNR, which is first clamped to the model's range.
  float min_db_thresh = -15.0f;     // below: gains of 0 and no deep filter
  float max_db_erb_thresh = 35.0f;  // above: the frame stays as it is
  float max_db_df_thresh = 35.0f;   // above: gains and no deep filter
  // Whether the network hears speech outside a range of levels as if it had an ordinary one
  // (level_rule.h). Only its features change; gains and filters apply to the input as it is. Within
  // the range the bits are those of a gain of 0.
  bool auto_level = false;
  // Without auto_level: how much louder than it is the network hears the input, in dB, -60 .. 60.
  float level_gain_db = 0.0f;

  bool operator==(const DenoiserControls&) const = default;
};

// Errors: kInvalidArgument (a number is NaN, beta is negative or infinite, or the level's gain
// out of range); the sentence names
// the control.
Status CheckControls(const DenoiserControls& controls);

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_DENOISER_CONTROLS_H_
