// How an audio track is encoded again: with its own codec at its own bit rate, wherever that can be.
#ifndef DEEPFILTER_MEDIA_AUDIO_ENCODING_H_
#define DEEPFILTER_MEDIA_AUDIO_ENCODING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "audio/sample_codec.h"
#include "audio/sound_format.h"
#include "base/result.h"
#include "media/media_target.h"
#include "media/media_tools.h"

namespace dfn {

// What the user asks for.
struct AudioWishes {
  std::string codec;                 // FFmpeg's name of a codec or an encoder; empty: the source's
  std::optional<uint64_t> bit_rate;  // bits a second; nothing: the source's
  SampleFormat sample_format = SampleFormat::kAuto;  // of codecs without loss
};

// The sound that is encoded.
struct AudioSource {
  std::string codec;  // empty: none that FFmpeg has a name for
  std::string profile = {};
  size_t rate_hz = 0;
  size_t channels = 0;
  int bits = 0;           // of a sample; 0: not told
  uint64_t bit_rate = 0;  // 0: not told
};

struct AudioEncoding {
  std::string codec;
  std::string encoder;                // FFmpeg's name
  uint64_t bit_rate = 0;              // 0: lossless
  Encoding samples = Encoding::kF32;  // in which the encoder is fed
  std::string
      note;  // why it is another codec than the source's; empty: it is the same, or asked for
};

// The encoders of sound that a build of FFmpeg has, without experimental ones. Asked for once.
const Result<std::set<std::string>>& AudioEncoders(const MediaTools& tools);
// The same from what "ffmpeg -encoders" prints.
std::set<std::string> ParseEncoders(std::string_view text);

// Whether a codec keeps every bit.
bool IsLosslessCodec(std::string_view codec);

// Whether FFmpeg has an encoder here for the usual sound of a target. True where that is not known.
bool HasUsualEncoder(const MediaTools& tools, const MediaTarget& target);

// Chooses the encoding. The bit rate is at least the source's where the codec is the same.
// `same_container`: the source comes from a container of the target's kind. Errors, without a name in
// front: kInvalidArgument (the codec that is asked for has no encoder here or no place in the target;
// the codec has no bit rate, or not that sample format), kUnsupported (no encoder for the container).
Result<AudioEncoding> ChooseEncoding(const std::set<std::string>& encoders,
                                     const MediaTarget& target, const AudioSource& source,
                                     bool same_container, const AudioWishes& wishes);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_AUDIO_ENCODING_H_
