#include "audio/sound_format.h"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/path_text.h"

namespace dfn {
namespace {

struct Extension {
  std::string_view name;
  int container;  // 0: read, never written
  int codec = 0;  // the only one behind this extension; 0: chosen by sample format
};

// "raw" and the containers that sound shares with other data (mat4, xi, ..) are left out.
constexpr std::array kExtensions = {
    Extension{".wav", SF_FORMAT_WAV},
    Extension{".wave", SF_FORMAT_WAV},
    Extension{".flac", SF_FORMAT_FLAC},
    Extension{".ogg", SF_FORMAT_OGG, SF_FORMAT_VORBIS},
    Extension{".oga", SF_FORMAT_OGG, SF_FORMAT_VORBIS},
    Extension{".opus", SF_FORMAT_OGG, SF_FORMAT_OPUS},
    Extension{".mp3", SF_FORMAT_MPEG, SF_FORMAT_MPEG_LAYER_III},
    Extension{".mp2", 0},
    Extension{".rf64", SF_FORMAT_RF64},
    Extension{".w64", SF_FORMAT_W64},
    Extension{".caf", SF_FORMAT_CAF},
    Extension{".aif", SF_FORMAT_AIFF},
    Extension{".aiff", SF_FORMAT_AIFF},
    Extension{".aifc", SF_FORMAT_AIFF},
    Extension{".au", SF_FORMAT_AU},
    Extension{".snd", SF_FORMAT_AU},
    Extension{".voc", SF_FORMAT_VOC},
    Extension{".sph", SF_FORMAT_NIST},
    Extension{".nist", SF_FORMAT_NIST},
    Extension{".ircam", SF_FORMAT_IRCAM},
    Extension{".sf", SF_FORMAT_IRCAM},
    Extension{".paf", SF_FORMAT_PAF},
    Extension{".svx", SF_FORMAT_SVX},
    Extension{".avr", SF_FORMAT_AVR},
};

std::string LowerExtension(const std::filesystem::path& path) {
  std::string extension = PathText(path.extension());
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

const Extension* FindExtension(const std::string& extension) {
  const auto* found =
      std::find_if(kExtensions.begin(), kExtensions.end(),
                   [&](const Extension& candidate) { return candidate.name == extension; });
  return found == kExtensions.end() ? nullptr : found;
}

bool Writable(int format, size_t rate_hz, size_t channels) {
  SF_INFO info{};
  info.format = format;
  info.samplerate = static_cast<int>(rate_hz);
  info.channels = static_cast<int>(channels);
  return sf_format_check(&info) != 0;
}

// libsndfile checks MPEG layers I and II as if it could write them.
int WritableCodec(int format) {
  if ((format & SF_FORMAT_TYPEMASK) != SF_FORMAT_MPEG) return format;
  return (format & ~SF_FORMAT_SUBMASK) | SF_FORMAT_MPEG_LAYER_III;
}

// A format that holds anything at all holds 44.1 kHz mono.
constexpr size_t kCommonRateHz = 44100;
bool WritableAtAll(int format) { return Writable(format, kCommonRateHz, 1); }

// Sub-types from the one closest to the input's precision to the least that is acceptable.
std::vector<int> SubtypesLike(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
      return {SF_FORMAT_PCM_U8, SF_FORMAT_PCM_S8, SF_FORMAT_PCM_16};
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_ALAC_20:
    case SF_FORMAT_ALAC_24:
      return {SF_FORMAT_PCM_24, SF_FORMAT_PCM_16};
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_ALAC_32:
      return {SF_FORMAT_PCM_32, SF_FORMAT_PCM_24, SF_FORMAT_PCM_16};
    case SF_FORMAT_FLOAT:
      return {SF_FORMAT_FLOAT, SF_FORMAT_PCM_24, SF_FORMAT_PCM_16};
    case SF_FORMAT_DOUBLE:
      return {SF_FORMAT_DOUBLE, SF_FORMAT_FLOAT, SF_FORMAT_PCM_24, SF_FORMAT_PCM_16};
    default:
      return {SF_FORMAT_PCM_16};
  }
}

std::vector<int> Subtypes(SampleFormat wanted, int input_format) {
  switch (wanted) {
    case SampleFormat::kS16:
      return {SF_FORMAT_PCM_16};
    case SampleFormat::kS24:
      return {SF_FORMAT_PCM_24};
    case SampleFormat::kF32:
      return {SF_FORMAT_FLOAT};
    case SampleFormat::kAuto:
      break;
  }
  return SubtypesLike(input_format);
}

Error CannotHold(const std::filesystem::path& output, const std::string& what) {
  return {ErrorCode::kInvalidArgument, PathText(output) + ": this format cannot hold " + what +
                                           "; give the output another extension"};
}

// The first of the sub-types that the container holds at this rate with this many channels.
Result<int> FirstWritable(const std::filesystem::path& output, int container,
                          const std::vector<int>& subtypes, size_t rate_hz, size_t channels) {
  for (const int subtype : subtypes)
    if (Writable(container | subtype, rate_hz, channels)) return container | subtype;
  const auto storable = std::find_if(subtypes.begin(), subtypes.end(), [&](int subtype) {
    return WritableAtAll(container | subtype);
  });
  if (storable == subtypes.end()) {
    return CannotHold(output, "samples of " + DescribeFormat(subtypes.front()));
  }
  return CannotHold(output, std::to_string(channels) + " channels");
}

std::string KnownExtensions() {
  std::string text;
  for (const Extension& extension : kExtensions) {
    if (extension.container == 0) continue;
    if (!text.empty()) text += ' ';
    text += extension.name.substr(1);
  }
  return text;
}

}  // namespace

const char* SampleFormatName(SampleFormat format) {
  switch (format) {
    case SampleFormat::kAuto:
      return "auto";
    case SampleFormat::kS16:
      return "s16";
    case SampleFormat::kS24:
      return "s24";
    case SampleFormat::kF32:
      return "f32";
  }
  return "";
}

Status CheckRate(size_t rate_hz, const std::string& name) {
  if (rate_hz >= kMinRateHz && rate_hz <= kMaxRateHz) return {};
  return Error{ErrorCode::kUnsupported, name + ": sample rate is " + std::to_string(rate_hz) +
                                            " Hz, expected " + std::to_string(kMinRateHz) + " .. " +
                                            std::to_string(kMaxRateHz) + " Hz"};
}

bool HasSoundExtension(const std::filesystem::path& path) {
  return FindExtension(LowerExtension(path)) != nullptr;
}

std::filesystem::path WritableName(std::filesystem::path name) {
  const Extension* known = FindExtension(LowerExtension(name));
  if (known != nullptr && known->container == 0) name.replace_extension(".mp3");
  return name;
}

Result<int> ChooseFormat(const std::filesystem::path& output, SampleFormat wanted,
                         const std::filesystem::path& input_path, const SoundInfo& input,
                         size_t rate_hz, size_t channels) {
  const std::string extension = LowerExtension(output);
  const Extension* known = FindExtension(extension);
  const bool as_input = extension.empty() || extension == LowerExtension(input_path);
  if (known != nullptr ? known->container == 0 : !as_input) {
    return Error{ErrorCode::kInvalidArgument, PathText(output) + ": sound cannot be written as \"" +
                                                  extension + "\"; known extensions are " +
                                                  KnownExtensions()};
  }
  const int format = WritableCodec(input.format);
  if (as_input && wanted == SampleFormat::kAuto) {
    return FirstWritable(output, format & ~SF_FORMAT_SUBMASK, {format & SF_FORMAT_SUBMASK}, rate_hz,
                         channels);
  }
  int container = format & SF_FORMAT_TYPEMASK;
  int codec = IsLossless(format) ? 0 : format & SF_FORMAT_SUBMASK;
  if (!as_input) {
    container = known->container;
    codec = known->codec;
  }
  // What an extension may hold besides lossy codecs (WAV: mu-law) gives way to a sample format.
  const bool lossy_only = codec != 0 && !WritableAtAll(container | SF_FORMAT_PCM_16);
  if (!lossy_only) {
    return FirstWritable(output, container, Subtypes(wanted, input.format), rate_hz, channels);
  }
  if (wanted != SampleFormat::kAuto) {
    return Error{ErrorCode::kInvalidArgument, PathText(output) + ": sample format " +
                                                  SampleFormatName(wanted) + " does not apply to " +
                                                  DescribeFormat(container | codec)};
  }
  return FirstWritable(output, container, {codec}, rate_hz, channels);
}

Encoding ChooseEncoding(SampleFormat wanted, const SoundInfo& input) {
  switch (Subtypes(wanted, input.format).front()) {
    case SF_FORMAT_PCM_U8:
      return Encoding::kU8;
    case SF_FORMAT_PCM_24:
      return Encoding::kS24;
    case SF_FORMAT_PCM_32:
      return Encoding::kS32;
    case SF_FORMAT_FLOAT:
      return Encoding::kF32;
    case SF_FORMAT_DOUBLE:
      return Encoding::kF64;
    default:
      return Encoding::kS16;
  }
}

int WavFormat(Encoding encoding) {
  switch (encoding) {
    case Encoding::kU8:
      return SF_FORMAT_WAV | SF_FORMAT_PCM_U8;
    case Encoding::kS16:
      return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    case Encoding::kS24:
      return SF_FORMAT_WAV | SF_FORMAT_PCM_24;
    case Encoding::kS32:
      return SF_FORMAT_WAV | SF_FORMAT_PCM_32;
    case Encoding::kF32:
      return SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    case Encoding::kF64:
      return SF_FORMAT_WAV | SF_FORMAT_DOUBLE;
  }
  return 0;
}

int IntegerBits(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
      return 8;
    case SF_FORMAT_PCM_16:
    case SF_FORMAT_ALAC_16:
      return 16;
    case SF_FORMAT_ALAC_20:
      return 20;
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_ALAC_24:
      return 24;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_ALAC_32:
      return 32;
    default:
      return 0;
  }
}

bool IsLossless(int format) {
  const int subtype = format & SF_FORMAT_SUBMASK;
  return IntegerBits(format) != 0 || subtype == SF_FORMAT_FLOAT || subtype == SF_FORMAT_DOUBLE;
}

std::string DescribeFormat(int format) {
  const auto name = [](int code) -> std::string {
    SF_FORMAT_INFO info{};
    info.format = code;
    if (sf_command(nullptr, SFC_GET_FORMAT_INFO, &info, sizeof(info)) != 0) return "";
    return info.name == nullptr ? "" : info.name;
  };
  const std::string container =
      (format & SF_FORMAT_TYPEMASK) == 0 ? "" : name(format & SF_FORMAT_TYPEMASK);
  const std::string samples = name(format & SF_FORMAT_SUBMASK);
  return container.empty() || samples.empty() ? container + samples : container + ", " + samples;
}

}  // namespace dfn
