// A denoiser for hosts: its work may be spread over time, its options change while it runs, and its
// state can be carried away.
#ifndef DEEPFILTER_STREAM_DENOISE_LIVE_DENOISER_H_
#define DEEPFILTER_STREAM_DENOISE_LIVE_DENOISER_H_

#include <cstddef>
#include <memory>
#include <span>

#include "base/result.h"
#include "engine/network.h"
#include "stream/denoise/denoiser.h"
#include "stream/denoise/gating.h"

namespace dfn {

// What may change while a stream runs; meanings are those of DenoiserOptions.
struct DenoiserControls {
  float atten_lim_db = 100.0f;
  bool post_filter = false;
  float post_filter_beta = 0.02f;
  float min_db_thresh = -15.0f;
  float max_db_erb_thresh = 35.0f;
  float max_db_df_thresh = 35.0f;
};

class LiveDenoiser : public Denoiser {
 public:
  // As Denoiser::Create.
  static Result<std::unique_ptr<LiveDenoiser>> Create(std::shared_ptr<const Network> network,
                                                      const DenoiserOptions& options);

  // From the next frame on; where frames overlap, their windows fade one into the other. Numbers
  // are not NaN, beta is finite and >= 0. Not within a hop. Real-time safe.
  virtual void SetControls(const DenoiserControls& controls) noexcept = 0;

  // One hop in pieces: BeginHop, then RunPiece of 0 .. piece_shares().size() - 1 in order, do what
  // Process (input null: Flush) does with one frame, the same bits, on the calling thread alone.
  // What the pointers point to must stay until the last piece; `output` may be written by any
  // piece. Nothing else of this object may be called in between. Real-time safe.
  //   piece_shares: each piece's share of the work, about; their sum is 1; constant
  virtual std::span<const double> piece_shares() const noexcept = 0;
  virtual void BeginHop(const float* const* input, float* const* output,
                        float* lsnr_db) noexcept = 0;
  virtual void RunPiece(size_t piece) noexcept = 0;

  // The network alone, for who has spectra and no samples: one step of it on a frame's spectrum,
  // under the norms, states and gating of this stream, which has one channel. No sample and no
  // frame in between is touched. Not within a hop. Real-time safe. Returns the local SNR in dB.
  //   spectrum: [F, 2], numbers beyond +-1e10, or none, count as 0
  //   gains [E]: out, written if stage >= kGains; coefs [D, O, 2]: out, written if stage is kFilter
  //   stage: out; kNotProduced in the start-up of kReference, which has no step of the network
  virtual float ProcessSpectrum(const float* spectrum, float* gains, float* coefs,
                                Stage& stage) noexcept = 0;

  // All that the stream remembers, controls not included: state [state_size()]. A denoiser of the
  // same model and options goes on from it bit for bit. Not within a hop. Real-time safe.
  virtual void SaveState(float* state) const noexcept = 0;
  // False, and nothing has changed: not such a state (a number that is not finite or that no stream
  // can have, a count or stage out of range). Not within a hop. Real-time safe.
  [[nodiscard]] virtual bool RestoreState(const float* state) noexcept = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_LIVE_DENOISER_H_
