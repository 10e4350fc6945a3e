// How much an encoder puts in front of the sound.
#ifndef DEEPFILTER_MEDIA_ENCODER_DELAY_H_
#define DEEPFILTER_MEDIA_ENCODER_DELAY_H_

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "media/audio_encoding.h"
#include "media/media_tools.h"

namespace dfn {

struct EncoderDelay {
  // From the start of the first packet to the first sample of the sound.
  double seconds = 0.0;
  // From the start of the first packet to that of the first one that a decoder makes sound of: some
  // need more than one packet, and take their clock from there.
  double lead_seconds = 0.0;
};

// Encodes a moment of silence and looks at the packets. Errors: kCorrupt (the encoder refuses rate or
// channels: FFmpeg's words), kCancelled, kIo.
Result<EncoderDelay> FindEncoderDelay(const MediaTools& tools, const AudioEncoding& encoding,
                                      size_t rate_hz, size_t channels);
// The same from what FFmpeg's muxer "framecrc" writes about the packets. Error: kCorrupt.
Result<EncoderDelay> ParsePackets(std::string_view text, std::string_view codec);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_ENCODER_DELAY_H_
