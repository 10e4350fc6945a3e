// The level of the speech in a whole sound.
#ifndef DEEPFILTER_DSP_WHOLE_LEVEL_H_
#define DEEPFILTER_DSP_WHOLE_LEVEL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace dfn {

// What SpeechLevel estimates, from a sound that is at hand from start to end: its blocks of 0.1 s
// that are louder than its noise and near its peaks are speech. Two relative gates over blocks, as
// in ITU-R BS.1770. Blocks are kept as a histogram of their levels, so that memory does not grow
// with the sound. Not real-time.
class WholeLevel {
 public:
  // `hop_seconds`: length of a hop, 0.001 .. 0.1.
  explicit WholeLevel(double hop_seconds);

  // Takes the power of the next hop in the speech band (dsp/speech_band.h), finite, full scale 1.
  // Digital silence is left out.
  void Hear(float power);

  // The active speech level in dBFS (a full-scale square wave has 0). Empty where nothing stands
  // out as speech: steady noise, silence, less than 0.3 s of speech.
  std::optional<float> level_db() const;

 private:
  // Blocks of a range of levels.
  struct Bin {
    uint64_t blocks = 0;
    double power = 0.0;  // sum
  };
  static constexpr size_t kBins = 1200;

  size_t hops_per_block_;
  size_t hops_ = 0;  // in the block that fills
  double power_ = 0.0;
  uint64_t blocks_ = 0;
  std::array<Bin, kBins> bins_{};
};

}  // namespace dfn

#endif  // DEEPFILTER_DSP_WHOLE_LEVEL_H_
