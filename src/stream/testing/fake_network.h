// A network for the denoiser's tests: it has no weights, its outputs are predictable, and its state
// differs at once when a step is skipped, repeated or given to the wrong stream.
#ifndef DEEPFILTER_STREAM_TESTING_FAKE_NETWORK_H_
#define DEEPFILTER_STREAM_TESTING_FAKE_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/network.h"

namespace dfn {

enum class FakeKind {
  kIdentity,   // gains 1; the filter is 1 at the frame itself
  kScripted,   // ScriptedGain and ScriptedCoef of the number of times that the decoder has run on
               // the stream; stream s has s * E and s * 2 D O added to their second argument
  kRecurrent,  // gains and filters follow leaky sums over all features so far
};

// The outputs of kScripted on a decoder's `run`-th frame: deterministic, in [0, 1) and in [-1, 1).
float ScriptedGain(size_t run, size_t band);
float ScriptedCoef(size_t run, size_t value);

class FakeNetwork final : public Network {
 public:
  // `lsnr_db`: the encoder's local SNRs on its steps, repeated; those of stream s are 7 s dB higher.
  FakeNetwork(const Config& config, FakeKind kind, std::vector<float> lsnr_db = {10.0f});

  const Config& config() const noexcept override { return config_; }
  const StateLayout& state_layout() const noexcept override { return layout_; }
  bool parts_run_side_by_side() const noexcept override { return true; }
  std::unique_ptr<NetworkWorkspace> NewWorkspace(size_t max_rows) const override;
  void Encode(std::span<const StreamRows> streams, const float* feat_erb, const float* feat_spec,
              float* lsnr_db, NetworkWorkspace& workspace) const noexcept override;
  void DecodeErb(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* gains,
                 NetworkWorkspace& workspace) const noexcept override;
  void DecodeDf(std::span<const StreamRows> streams, std::span<const uint32_t> rows, float* coefs,
                NetworkWorkspace& workspace) const noexcept override;

  // Records the features that the last stream of each call was given: [steps, E] and [steps, D, 2]
  // of all steps. Off by default, since recording allocates.
  void Record(bool on) { recording_ = on; }
  const std::vector<float>& recorded_erb() const { return recorded_erb_; }
  const std::vector<float>& recorded_spec() const { return recorded_spec_; }

 private:
  Config config_;
  FakeKind kind_;
  std::vector<float> lsnr_db_;
  StateLayout layout_;
  bool recording_ = false;
  mutable std::vector<float> recorded_erb_;
  mutable std::vector<float> recorded_spec_;
};

// A valid configuration of few bins: hop 20, 21 bins, 8 bands.
Config SmallConfig(Family family, size_t conv_lookahead, size_t df_lookahead, size_t df_bins = 6);

// Noise in [-0.5, 0.5), the same for the same seed.
std::vector<float> TestSignal(size_t samples, uint32_t seed = 1);

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_TESTING_FAKE_NETWORK_H_
