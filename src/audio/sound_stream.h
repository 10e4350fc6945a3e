// Sound on pipes: WAV or raw samples, read and written strictly forwards.
#ifndef DEEPFILTER_AUDIO_SOUND_STREAM_H_
#define DEEPFILTER_AUDIO_SOUND_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "audio/sound_file.h"
#include "base/result.h"

namespace dfn {

// Samples without a header.
struct RawFormat {
  Encoding encoding = Encoding::kS16;
  size_t rate_hz = 0;
  size_t channels = 0;
  uint32_t speakers = 0;  // as in SoundDetails; only a WAV header names them
};

// Reads a WAV stream, or raw samples when `raw` is given. The descriptor stays open. An incomplete
// sample at the end of the stream is dropped. Errors: those of ReadWavHeader; kUnsupported (rate).
Result<std::unique_ptr<SoundReader>> OpenSoundStream(int descriptor, const std::string& name,
                                                     const std::optional<RawFormat>& raw);

// Writes a WAV stream, or only its samples when `raw`. On a pipe the header says that the length
// is unknown; where the descriptor is a file, Finish writes the length. Errors: kIo, kCancelled.
Result<std::unique_ptr<SoundWriter>> CreateSoundStream(int descriptor, const std::string& name,
                                                       const RawFormat& format, bool raw);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SOUND_STREAM_H_
