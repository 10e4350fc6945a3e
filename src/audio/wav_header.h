// Headers of WAV streams on pipes, which cannot seek back and whose lengths may be unknown.
#ifndef DEEPFILTER_AUDIO_WAV_HEADER_H_
#define DEEPFILTER_AUDIO_WAV_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/sample_codec.h"
#include "base/result.h"

namespace dfn {

struct WavHeader {
  Encoding encoding = Encoding::kS16;
  size_t rate_hz = 0;
  size_t channels = 0;
  std::optional<uint64_t> data_bytes;  // nothing: until the stream ends
  uint32_t speakers = 0;               // as in SoundDetails
  // With ReadWavHeader: the first samples, which had to be read to judge the header.
  std::vector<uint8_t> first_bytes = {};
  // What the header says about the bytes behind the samples: other chunks, all of them together.
  uint64_t bytes_behind = 0;
  bool unfinished = false;  // the header says that there are no samples, and they follow
};

// Reads the given number of bytes, or fewer at the end of the stream.
using ByteSource = std::function<Result<size_t>(uint8_t* to, size_t size)>;

// Reads a RIFF or RF64 header up to the first sample: PCM of 8, 16, 24, 32 bits and floats of 32
// and 64, also as WAVE_FORMAT_EXTENSIBLE. Other chunks are skipped. Sizes that programs write
// when they do not know the length (0, and about 2^31 and 2^32) mean "until the stream ends"; 0
// with a chunk behind it is a sound of no length.
// Errors: those of the source; kUnsupported (not WAV, other codings, rate), kCorrupt.
Result<WavHeader> ReadWavHeader(const ByteSource& source, const std::string& name);

// Whether the bytes behind the samples of a stream begin another chunk, or another file. Up to
// `bytes_behind` bytes of chunks are expected.
bool BeginsOtherChunk(std::span<const uint8_t> bytes, uint64_t bytes_behind);

// The header that opens a stream; without `data_bytes`, or past 4 GiB, its sizes are 0xFFFFFFFF. It
// is extensible where it has the speakers of more than two channels to name.
std::vector<uint8_t> MakeWavHeader(const WavHeader& header);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_WAV_HEADER_H_
