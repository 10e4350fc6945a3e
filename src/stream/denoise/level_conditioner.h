// How much louder than it is the network hears a stream, hop by hop.
#ifndef DEEPFILTER_STREAM_DENOISE_LEVEL_CONDITIONER_H_
#define DEEPFILTER_STREAM_DENOISE_LEVEL_CONDITIONER_H_

#include <cstddef>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "dsp/speech_band.h"
#include "dsp/speech_level.h"
#include "dsp/voicing.h"
#include "model/config.h"
#include "stream/denoise/denoiser_controls.h"

namespace dfn {

// Channels whose gains are linked make one group, which has the level of its loudest channel; each
// other channel is a group of its own. All but the constructor is real-time safe.
class LevelConditioner {
 public:
  // `given_db`: gains that are added to that of the controls, [channels] or empty; linked channels
  // take the first one's.
  LevelConditioner(const Config& config, size_t channels, bool linked,
                   std::span<const float> given_db = {});

  // Takes the next hop of each channel, pointers to hop_size samples, and sets the gains from this
  // hop on. Returns whether one of them changed. Null (past the end) leaves automatic gains alone,
  // as hops of digital silence do. While the gains are not automatic nothing is heard, and what was
  // heard before is forgotten.
  bool Hear(const DenoiserControls& controls, const float* const* hops) noexcept DFN_REALTIME;
  // Forgets what was heard, and the gains.
  void Reset() noexcept DFN_REALTIME;

  float gain_db(size_t channel) const noexcept DFN_REALTIME {
    return groups_[linked_ ? 0 : channel].gain_db;
  }
  // The gain of a channel from the next hop on, while the gains are not automatic.
  float ConstantGainDb(const DenoiserControls& controls,
                       size_t channel) const noexcept DFN_REALTIME;

  // Floats that a group adds to a state.
  static constexpr size_t kGroupState = 2 + SpeechLevel::kState;
  // As SpeechLevel: state [state_size()].
  size_t state_size() const noexcept DFN_REALTIME {
    return channels_.size() + groups_.size() * kGroupState;
  }
  void Save(float* state) const noexcept DFN_REALTIME;
  [[nodiscard]] bool Restore(const float* state) noexcept DFN_REALTIME;

 private:
  struct Group {
    SpeechLevel level;
    float given_db = 0.0f;
    float gain_db = 0.0f;
    bool ordinary_before = false;
  };

  void Forget() noexcept DFN_REALTIME;
  void HearGroup(size_t group, const float* const* hops) noexcept DFN_REALTIME;
  bool AreChannels(const float* channels) const noexcept DFN_REALTIME;

  bool linked_;
  size_t channels_a_group_;
  SpeechBand band_;
  Voicing voicing_;
  std::vector<Group> groups_;
  bool heard_any_ = false;         // since the last Forget, perhaps
  size_t channel_state_;           // floats: SpeechBand's, then Voicing's
  AlignedBuffer<float> channels_;  // [channels, channel_state_]
  AlignedBuffer<float> hop_;       // [hop]
};

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_DENOISE_LEVEL_CONDITIONER_H_
