// The loudness of a sound.
#ifndef DEEPFILTER_AUDIO_LOUDNESS_H_
#define DEEPFILTER_AUDIO_LOUDNESS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/result.h"

namespace dfn {

struct LoudnessOptions {
  // Also range_lu and true_peak_dbtp, which take several times as long.
  bool range_and_peak = false;
};

// Loudness by ITU-R BS.1770-4 and EBU R 128, computed by libebur128. Blocks are kept as a
// histogram in steps of 0.1 LU, so that memory does not grow with the sound. Not real-time; one
// thread at a time.
class Loudness {
 public:
  // `rate_hz` and `channels` are those of a sound that can be read. `speakers` is
  // SoundDetails::speakers: the LFE counts nothing and surround channels 1.41 times; where speakers
  // are unknown, each channel counts as one in front. Errors: kIo (out of memory).
  static Result<Loudness> Create(size_t rate_hz, size_t channels, uint32_t speakers,
                                 const LoudnessOptions& options = {});
  Loudness(Loudness&& other) noexcept;
  Loudness& operator=(Loudness&& other) noexcept;
  ~Loudness();

  // Takes the next samples, interleaved [n, channels], finite, full scale 1.
  void Hear(std::span<const float> interleaved);

  // Integrated, in LUFS. Empty where nothing is louder than -70 LUFS for 0.4 s.
  std::optional<double> lufs() const;

  // With range_and_peak; else empty. The loudness range (EBU Tech 3342) in LU, 0 of sounds below 3 s and
  // empty without lufs; the largest peak between the samples of any channel in dB below full scale, empty
  // for silence.
  std::optional<double> range_lu() const;
  std::optional<double> true_peak_dbtp() const;

 private:
  struct State;
  explicit Loudness(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_LOUDNESS_H_
