// The signal processing around the network: from samples to its features, and from its gains and
// filters to samples.
#ifndef DEEPFILTER_STREAM_DENOISE_SIGNAL_PATH_H_
#define DEEPFILTER_STREAM_DENOISE_SIGNAL_PATH_H_

#include <cmath>
#include <cstddef>
#include <optional>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "base/result.h"
#include "dsp/erb.h"
#include "dsp/stft.h"
#include "model/config.h"
#include "stream/denoise/gating.h"
#include "stream/denoise/signal_state.h"

namespace dfn {

enum class PostFilter { kNone, kSpectrum, kLibdf, kGains };  // dsp/post_filter.h

// How frames of any channel are synthesised.
struct SignalRules {
  // False: no gains are applied, and bins that the deep filter does not reach are silent.
  bool masks = true;
  PostFilter post_filter = PostFilter::kNone;
  float beta = 0.0f;
  // Share of the noisy spectrum in the output; empty: no limit on attenuation.
  std::optional<float> noisy_share;
};

// The largest input sample that counts. Far above any scale of samples in use, and low enough that
// no feature can overflow.
inline constexpr float kMaxSample = 1e10f;
// The sample, or 0 if it is NaN or beyond +-kMaxSample. Real-time safe.
inline float SaneSample(float x) noexcept DFN_REALTIME {
  return std::fabs(x) <= kMaxSample ? x : 0.0f;
}

// Tables and scratch that the channels of one stream share; ChannelFrames hold the frames of each.
// For each step of a chunk the calls are Analyze (or AnalyzeNothing), Apply and Emit, or PassThrough
// alone. All but Create is real-time safe.
class SignalPath {
 public:
  // Errors: those of ErbBands. Allocates; preparation only.
  static Result<SignalPath> Create(const Config& config, const SignalRules& rules);

  // Sets the rules from the next frame on. The rule `masks` must not change.
  void SetRules(const SignalRules& rules) noexcept DFN_REALTIME { rules_ = rules; }

  // Analyses frame t, of the next hop [hop_size], each sample by SaneSample.
  void Analyze(const float* hop, size_t step, ChannelFrames& channel) noexcept DFN_REALTIME;
  // Computes the network's features of frame t from its spectrum [F, 2], or from one with a filled
  // band (band_fill.h), as if its level were `gain_db` higher; at 0 they are the official
  // network's, bit for bit.
  //   feat_erb [E]: out. feat_spec [D, 2]: out
  void Features(const float* spectrum, float gain_db, ChannelFrames& channel, float* feat_erb,
                float* feat_spec) noexcept DFN_REALTIME;
  // Moves the channel's norms along with a change of that gain (dsp/feature_norm.h), those of bins
  // from `first_bin` on, and of the bands that begin there, by `fill_db`.
  void MoveNorms(float change_db, float fill_db, size_t first_bin, float start_share,
                 ChannelFrames& channel) noexcept DFN_REALTIME;
  // Frame t past the end: spectrum and features are zero, analysis memory and norms stay.
  void AnalyzeNothing(size_t step, ChannelFrames& channel, float* feat_erb,
                      float* feat_spec) noexcept DFN_REALTIME;
  // Computes the features of a given spectrum [F, 2] with the channel's norms, each number by
  // SaneSample.
  void AnalyzeSpectrum(const float* spectrum, ChannelFrames& channel, float* feat_erb,
                       float* feat_spec) noexcept DFN_REALTIME;
  // Copies the hop to output, undelayed, and keeps only the spectra that later frames need.
  void PassThrough(const float* hop, size_t step, ChannelFrames& channel,
                   float* output) noexcept DFN_REALTIME;

  // Applies the network's results to frame n = t - conv_lookahead.
  //   gains [E]: read if stage >= kGains and rules.masks; overwritten by PostFilter::kGains
  //   coefs [D, O, 2]: read if stage is kFilter
  void Apply(size_t step, Stage stage, float* gains, const float* coefs,
             ChannelFrames& channel) noexcept DFN_REALTIME;

  // Synthesises frame k = t - lookahead to the next hop of output [hop_size].
  void Emit(size_t step, ChannelFrames& channel, float* output) noexcept DFN_REALTIME;

 private:
  SignalPath(const Config& config, const SignalRules& rules, ErbBands bands);

  void Normalize(const float* spectrum, ChannelFrames& channel, float* feat_erb,
                 float* feat_spec) noexcept DFN_REALTIME;

  Config config_;
  SignalRules rules_;
  ErbBands bands_;
  Stft stft_;
  size_t waiting_;                        // frames between n and k
  AlignedBuffer<float> spec_mean_start_;  // [D]
  AlignedBuffer<float> hop_;              // [hop]
  AlignedBuffer<float> enhanced_;         // [F, 2]
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_SIGNAL_PATH_H_
