// Sound as Opus in WebM, in memory: what every browser decodes.
#ifndef DEEPFILTER_AUDIO_WEBM_OPUS_H_
#define DEEPFILTER_AUDIO_WEBM_OPUS_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dfn {

inline constexpr size_t kOpusRateHz = 48000;
// What libsndfile's encoder offers for a channel.
inline constexpr double kLeastOpusBitsPerSecond = 6000.0;
inline constexpr double kMostOpusBitsPerSecond = 256000.0;
// A file's time stamps end there: it has one cluster.
inline constexpr double kMostWebmSeconds = 32.0;

// The file of one channel at kOpusRateHz, of kMostWebmSeconds at most. Decoded, its sample i is sample i
// of `mono`; silence of up to 0.1 s may follow. Errors: kUnsupported (libsndfile without Opus),
// kInvalidArgument (too long).
Result<std::string> EncodeWebmOpus(std::span<const float> mono, double bits_per_second);

// The same out of the bytes of an Ogg Opus file, whose packets stay as they are. Errors: kCorrupt.
Result<std::string> WebmFromOgg(std::string_view ogg);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_WEBM_OPUS_H_
