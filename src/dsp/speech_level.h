// The level of speech in noise, as a stream of hops goes on.
#ifndef DEEPFILTER_DSP_SPEECH_LEVEL_H_
#define DEEPFILTER_DSP_SPEECH_LEVEL_H_

#include <array>
#include <cstddef>

#include "base/realtime.h"

namespace dfn {

// Estimates the active speech level: the power while somebody speaks, as in ITU-T P.56, found with
// gates that move along with the sound, as in ITU-R BS.1770.
//
// The noise floor is the least power of the last 3.2 s, smoothed over about 30 ms (minimum
// statistics). Steady noise never rises far above it; what does is active: speech, or noise that
// comes in bursts, which cannot be told from it by power. The level is the mean power of active
// hops over their last 1.5 s. Louder hops pull it up at once. Quieter sound is no speech at that
// level; once it has been active for 2 s, lately voiced for 0.25 s, it becomes the level. The first
// active sound is the level at once. How far a level can be trusted is told by the voiced hops that
// it was made of.
class SpeechLevel {
 public:
  // Floats of a saved state.
  static constexpr size_t kState = 27;

  // `hop_seconds`: length of a hop, 0.001 .. 0.4.
  explicit SpeechLevel(double hop_seconds);

  // Takes the power of the next hop in the speech band (dsp/speech_band.h), finite, full scale 1,
  // and whether the sound is voiced (dsp/voicing.h). A hop of digital silence tells nothing about
  // level or noise and should be left out. Returns whether the hop belongs to sound at level_db().
  // Real-time safe.
  bool Hear(float power, bool voiced) noexcept DFN_REALTIME;
  // Hears as if for the first time. Real-time safe.
  void Reset() noexcept DFN_REALTIME;

  // In dBFS (a full-scale square wave has 0), once Hear has returned true. Real-time safe.
  float level_db() const noexcept DFN_REALTIME { return s_.level_db; }
  // How much of the sound at this level was voiced. What is longer ago counts less: a second ago,
  // 0.37 times. Real-time safe.
  float voiced_seconds() const noexcept DFN_REALTIME { return s_.voiced_hops * hop_seconds_; }

  // Saves to and restores from state [kState]. Restore returns false, and changes nothing, if the
  // numbers cannot be a state of this class. Real-time safe.
  void Save(float* state) const noexcept DFN_REALTIME;
  [[nodiscard]] bool Restore(const float* state) noexcept DFN_REALTIME;

 private:
  static constexpr size_t kFloors = 7;  // windows kept beside the one that fills
  static constexpr size_t kPeaks = 9;

  struct State {
    float smoothed;  // power
    float heard;     // hops, saturating
    float in_window;
    float floor_now;  // dB, of the window that fills
    float peak_now;
    std::array<float, kFloors> floors;  // newest first
    std::array<float, kPeaks> peaks;
    float level_db;
    float active_hops;  // that the level was made of, saturating; 0: there is none
    float voiced_hops;  // of them, fading
    float quieter_db;   // the level of the quieter sound, and its hops
    float quieter_hops;
    float quieter_voiced_hops;
  };
  static_assert(sizeof(State) == kState * sizeof(float));
  static State Start() noexcept DFN_REALTIME;
  bool IsState(const State& s) const noexcept DFN_REALTIME;

  void EndWindow() noexcept DFN_REALTIME;
  bool Follow(float power, float smoothed_db, bool voiced) noexcept DFN_REALTIME;
  bool FollowQuieter(float power, float smoothed_db, bool voiced) noexcept DFN_REALTIME;

  float hop_seconds_;
  // In hops.
  float smoothing_;  // weight of a hop
  float fading_;     // what is left of voiced hops after another hop
  float window_;
  float mean_;
  float first_;
  float quieter_;
  float quieter_voiced_;
  State s_;
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_SPEECH_LEVEL_H_
