// The format that a sound file is written in, by its name, the input and the user's options.
#ifndef DEEPFILTER_AUDIO_SOUND_FORMAT_H_
#define DEEPFILTER_AUDIO_SOUND_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "audio/sample_codec.h"
#include "audio/sound_details.h"
#include "base/result.h"

namespace dfn {

// Properties of a sound that are known before its samples are read.
struct SoundInfo {
  size_t rate_hz = 0;
  size_t channels = 0;
  // Samples a channel, as the file declares them. Streams declare none, and damaged files may be
  // wrong.
  std::optional<uint64_t> frames;
  int format = 0;  // libsndfile's code (SF_FORMAT_*) with its sub-type
  SoundDetails details = {};
};

enum class SampleFormat { kAuto, kS16, kS24, kF32 };
const char* SampleFormatName(SampleFormat format);

// Other rates are not those of sound, and resampling them would need absurdly long filters.
inline constexpr size_t kMinRateHz = 1000;
inline constexpr size_t kMaxRateHz = 768'000;
// Errors: kUnsupported, with a sentence that begins with `name`.
Status CheckRate(size_t rate_hz, const std::string& name);

// True when the name's extension is one that sound files have (in any case).
bool HasSoundExtension(const std::filesystem::path& path);

// The name for the output of a file that keeps its name: itself, but "talk.mp3" for "talk.mp2", since
// MPEG layers I and II are read and never written.
std::filesystem::path WritableName(std::filesystem::path name);

// libsndfile's code for `output`, which will hold sound of `rate_hz` and `channels` (those of
// `input` do not matter). The container follows the extension of `output`; without one, or when it
// is the extension of `input_path`, the container is the input's; MPEG is always layer III. With kAuto the sample format
// follows the input as closely as the container allows.
// Errors: kInvalidArgument, a sentence about extension, rate, channels or sample format.
Result<int> ChooseFormat(const std::filesystem::path& output, SampleFormat wanted,
                         const std::filesystem::path& input_path, const SoundInfo& input,
                         size_t rate_hz, size_t channels);

// Encoding for a WAV or raw stream: `wanted`, or with kAuto what the input has.
Encoding ChooseEncoding(SampleFormat wanted, const SoundInfo& input);

// libsndfile's WAV code for an encoding.
int WavFormat(Encoding encoding);

// Bits of the integers that a libsndfile code stores without loss; 0 for floats and lossy codecs.
int IntegerBits(int format);
bool IsLossless(int format);

// "WAV, 16 bit" and the like, for people.
std::string DescribeFormat(int format);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_SOUND_FORMAT_H_
