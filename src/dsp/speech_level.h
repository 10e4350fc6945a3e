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
// statistics). Steady noise never rises far above it; what does is speech, or noise that comes in
// bursts, which cannot be told from it by power. The level is the mean power of active hops over
// their last 1.5 s. Louder hops pull it up at once. Quieter sound is no speech at that level; once
// it has been active for longer (seconds, except at the start), it becomes the level.
class SpeechLevel {
 public:
  // Floats of a saved state.
  static constexpr size_t kState = 25;

  // `hop_seconds`: length of a hop, 0.001 .. 0.4.
  explicit SpeechLevel(double hop_seconds);

  // Takes the power of the next hop in the speech band (dsp/speech_band.h), finite, full scale 1.
  // A hop of digital silence tells nothing about level or noise and should be left out. Returns
  // whether the hop belongs to speech at level_db(). Real-time safe.
  bool Hear(float power) noexcept DFN_REALTIME;
  // Hears as if for the first time. Real-time safe.
  void Reset() noexcept DFN_REALTIME;

  // In dBFS (a full-scale square wave has 0), once Hear has returned true. Real-time safe.
  float level_db() const noexcept DFN_REALTIME { return s_.level_db; }

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
    float quieter_db;   // the level of the quieter sound, and its hops
    float quieter_hops;
  };
  static_assert(sizeof(State) == kState * sizeof(float));
  static State Start() noexcept DFN_REALTIME;
  bool IsState(const State& s) const noexcept DFN_REALTIME;

  void EndWindow() noexcept DFN_REALTIME;
  bool Follow(float power, float smoothed_db) noexcept DFN_REALTIME;

  // In hops.
  float smoothing_;  // weight of a hop
  float window_;
  float mean_;
  float first_;
  float quieter_;
  State s_;
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_SPEECH_LEVEL_H_
