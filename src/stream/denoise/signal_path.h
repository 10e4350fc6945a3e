// The signal's way around the network: samples to features before it, gains and filters to samples
// behind it.
#ifndef DEEPFILTER_STREAM_DENOISE_SIGNAL_PATH_H_
#define DEEPFILTER_STREAM_DENOISE_SIGNAL_PATH_H_

#include <cstddef>
#include <optional>

#include "base/aligned_buffer.h"
#include "base/result.h"
#include "dsp/erb.h"
#include "dsp/stft.h"
#include "model/config.h"
#include "stream/denoise/gating.h"
#include "stream/denoise/signal_state.h"

namespace dfn {

enum class PostFilter { kNone, kSpectrum, kLibdf, kGains };  // dsp/post_filter.h

// What the options make of a frame, whatever the channel.
struct SignalRules {
  // False: bins that the deep filter does not reach are silent.
  bool masks = true;
  PostFilter post_filter = PostFilter::kNone;
  float beta = 0.0f;
  // Share of the noisy spectrum in the output; none: no limit on attenuation.
  std::optional<float> noisy_share;
};

// Largest input sample that is taken for one. Far above any scale of samples in use, and low enough
// that no feature can overflow.
inline constexpr float kMaxSample = 1e10f;

// Tables and scratch that the channels of one stream share; the frames are the channel's. For each
// step of a chunk the order is Analyze (or AnalyzeNothing, or PassThrough alone), Apply, Emit. All
// but Create is real-time safe.
class SignalPath {
 public:
  // Errors: those of ErbBands. Allocates; preparation only.
  static Result<SignalPath> Create(const Config& config, const SignalRules& rules);

  // From the next frame on. The rule `masks` stays what it was.
  void SetRules(const SignalRules& rules) noexcept { rules_ = rules; }

  // Frame t from the next hop [hop_size]; samples that are no number in +-kMaxSample count as 0.
  //   feat_erb [E], feat_spec [D, 2]: out
  void Analyze(const float* hop, size_t step, ChannelFrames& channel, float* feat_erb,
               float* feat_spec) noexcept;
  // Frame t past the end: spectrum and features zero, analysis memory and norms as they were.
  void AnalyzeNothing(size_t step, ChannelFrames& channel, float* feat_erb,
                      float* feat_spec) noexcept;
  // Features of a spectrum [F, 2] that comes from elsewhere, by the channel's norms; numbers beyond
  // +-kMaxSample, or none, count as 0.
  void AnalyzeSpectrum(const float* spectrum, ChannelFrames& channel, float* feat_erb,
                       float* feat_spec) noexcept;
  // The hop itself, undelayed; only what later frames need of its spectrum is kept.
  void PassThrough(const float* hop, size_t step, ChannelFrames& channel, float* output) noexcept;

  // Frame n = t - conv_lookahead gets what the network said of it.
  //   gains [E]: read if stage >= kGains and rules.masks; overwritten by PostFilter::kGains
  //   coefs [D, O, 2]: read if stage is kFilter
  void Apply(size_t step, Stage stage, float* gains, const float* coefs,
             ChannelFrames& channel) noexcept;

  // Frame k = t - lookahead goes out: the next hop of output [hop_size].
  void Emit(size_t step, ChannelFrames& channel, float* output) noexcept;

 private:
  SignalPath(const Config& config, const SignalRules& rules, ErbBands bands);

  void Features(const float* spectrum, ChannelFrames& channel, float* feat_erb,
                float* feat_spec) noexcept;
  void AnalyzeHop(const float* hop, size_t step, ChannelFrames& channel) noexcept;

  Config config_;
  SignalRules rules_;
  ErbBands bands_;
  Stft stft_;
  size_t waiting_;                 // frames between n and k
  AlignedBuffer<float> hop_;       // [hop]
  AlignedBuffer<float> power_;     // [E]
  AlignedBuffer<float> enhanced_;  // [F, 2]
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_SIGNAL_PATH_H_
