// The order of a sound's channels in files of several formats. The program has them in WAV's order:
// that of the bits of WAVE_FORMAT_EXTENSIBLE's channel mask.
#ifndef DEEPFILTER_AUDIO_CHANNEL_ORDER_H_
#define DEEPFILTER_AUDIO_CHANNEL_ORDER_H_

#include <sndfile.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dfn {

// The place that each channel of a frame is taken from; empty: all stay where they are.
using ChannelSources = std::vector<uint8_t>;

// Moves the channels of interleaved [n, sources.size()] in place.
void MoveChannels(const ChannelSources& sources, std::span<float> interleaved);

struct ChannelOrder {
  uint32_t speakers = 0;   // as in SoundDetails
  ChannelSources sources;  // from the file's order to WAV's
};

// The order of a file that libsndfile has opened for reading. `descriptor` is that of the same
// file: libsndfile does not tell whether an Opus file names its speakers; its position stays.
// Source: Vorbis I specification, 4.3.9; RFC 7845, 5.1.1.2; the FLAC format's channel assignment.
ChannelOrder ReadChannelOrder(SNDFILE* file, int descriptor, int format, size_t channels);

// The same for a file that has been opened for writing: writes the speakers where the format has a
// place for them, and returns the way from WAV's order to the file's. Formats whose speakers follow
// from the number of channels (FLAC, Vorbis, Opus) get unknown ones, and those that do not fit
// theirs, as if they were theirs.
ChannelSources WriteChannelOrder(SNDFILE* file, int format, size_t channels, uint32_t speakers);

// The container for a sound that is to be written as `format`: a WAV file of more than two channels
// has a place for their speakers if its header is extensible, which has to be known at the start,
// and one that is not makes no statement about them.
int FormatWithSpeakers(int format, size_t rate_hz, size_t channels, uint32_t speakers);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_CHANNEL_ORDER_H_
