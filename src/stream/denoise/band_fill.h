// What the network hears where a sound of a lower rate has nothing.
#ifndef DEEPFILTER_STREAM_DENOISE_BAND_FILL_H_
#define DEEPFILTER_STREAM_DENOISE_BAND_FILL_H_

#include <cstddef>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "model/config.h"

namespace dfn {

// The band of a sound that was made at `rate_hz`, in Hz, if the network should hear something above
// it; else 0. Rates up to 2/3 of the model's are narrow (docs/quality.md).
size_t FilledAboveHz(const Config& config, size_t rate_hz) noexcept;

// A sound of 8 or 16 kHz at the model's rate has digital silence in its upper bands, which no
// recording that the network learned from had, and which it takes for a sign of processed sound.
// So it hears a steady floor there, as strong as the noise in the sound's own band. Only features
// are computed from it, so the output is empty where the input is. All but the constructor is
// real-time safe.
class BandFill {
 public:
  // `band_hz`: the sound has nothing above it, in Hz; 0, or no bin above it: nothing is filled.
  BandFill(const Config& config, size_t channels, size_t band_hz);

  bool fills() const noexcept DFN_REALTIME { return first_bin_ < bins_; }
  size_t first_bin() const noexcept DFN_REALTIME { return first_bin_; }

  // Takes the next spectrum of a channel [F, 2] and returns it with the floor in the empty bins,
  // valid until the next call; the network hears the channel louder by `gain_db`. Before any sound
  // nothing is filled.
  const float* Fill(size_t channel, float gain_db, const float* spectrum) noexcept DFN_REALTIME;
  // By how much the floor becomes louder for the network, in dB, when a channel's gain changes.
  float ChangeDb(size_t channel, float from_db, float to_db) const noexcept DFN_REALTIME;
  void Reset() noexcept DFN_REALTIME;

  // A saved state is state_size() floats; Restore takes those that are one.
  size_t state_size() const noexcept DFN_REALTIME { return channels_.size() * kChannelState; }
  void Save(float* state) const noexcept DFN_REALTIME;
  bool IsState(const float* state) const noexcept DFN_REALTIME;
  void Restore(const float* state) noexcept DFN_REALTIME;

 private:
  static constexpr size_t kChannelState = 2;

  // Mean powers of a bin, 0 before any sound.
  struct Channel {
    float smoothed = 0.0f;
    float floor = 0.0f;
  };

  void Hear(const float* spectrum, Channel& channel) const noexcept DFN_REALTIME;
  float HeardFloor(const Channel& channel, float gain_db) const noexcept DFN_REALTIME;

  size_t bins_;                    // F
  size_t lowest_bin_;              // of those that tell the floor
  size_t first_bin_;               // that is empty
  float keep_;                     // share of the smoothed power that stays
  float rise_;                     // the most by which the floor grows in a hop
  float least_;                    // of the floor
  std::vector<Channel> channels_;  // empty if nothing is filled
  AlignedBuffer<float> filled_;    // [F, 2]
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_BAND_FILL_H_
