#include "media/audio_encoding.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <vector>

namespace dfn {
namespace {

// Encoders whose names are not those of their codecs, the best first.
struct NamedEncoder {
  std::string_view codec;
  std::string_view encoder;
};
constexpr NamedEncoder kNamedEncoders[] = {
    {"mp3", "libmp3lame"},
    {"mp3", "libshine"},
    {"mp2", "mp2"},
    {"mp2", "libtwolame"},
    {"opus", "libopus"},
    {"vorbis", "libvorbis"},
    {"speex", "libspeex"},
    {"amr_nb", "libopencore_amrnb"},
    {"amr_wb", "libvo_amrwbenc"},
    {"gsm", "libgsm"},
    {"ilbc", "libilbc"},
    {"adpcm_g722", "g722"},
    {"adpcm_g726", "g726"},
};

// Kilobits a second that a codec allows; others have any.
constexpr uint64_t kMp3Rates[] = {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
constexpr uint64_t kLowMp3Rates[] = {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
constexpr uint64_t kMp2Rates[] = {32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384};
constexpr uint64_t kMonoMp2Rates[] = {32, 48, 56, 64, 80, 96, 112, 128, 160, 192};
constexpr uint64_t kAc3Rates[] = {32,  40,  48,  56,  64,  80,  96,  112, 128, 160,
                                  192, 224, 256, 320, 384, 448, 512, 576, 640};

std::span<const uint64_t> AllowedKbps(std::string_view codec, const AudioSource& source) {
  const bool low = source.rate_hz < 32000;
  if (codec == "mp3") return low ? std::span(kLowMp3Rates) : std::span<const uint64_t>(kMp3Rates);
  if (codec == "mp2") {
    if (low) return kLowMp3Rates;
    return source.channels == 1 ? std::span<const uint64_t>(kMonoMp2Rates) : kMp2Rates;
  }
  if (codec == "ac3") return kAc3Rates;
  return {};
}

// What speech needs so that nobody hears the second encoding, in bits a second for one channel.
uint64_t UsualPerChannel(std::string_view codec, size_t rate_hz) {
  const bool narrow = rate_hz <= 16000;
  if (codec == "opus") return narrow ? 32000 : 64000;
  if (codec == "aac" || codec == "vorbis") return narrow ? 32000 : 80000;
  if (codec == "amr_nb") return 12200;
  if (codec == "amr_wb") return 23850;
  if (codec == "speex") return 24600;
  return narrow ? 32000 : 96000;
}

// The most that an encoder takes, in bits a second.
uint64_t Most(std::string_view codec, const AudioSource& source) {
  if (codec == "opus") return 256000 * source.channels;
  // 6144 bits for a channel's frame of 1024 samples.
  if (codec == "aac") return 6 * source.rate_hz * source.channels;
  if (codec == "amr_nb") return 12200;
  if (codec == "amr_wb") return 23850;
  if (codec == "vorbis") return 240000 * source.channels;
  return 6'000'000;
}

uint64_t FittingRate(std::string_view codec, const AudioSource& source, uint64_t wanted) {
  wanted = std::min(wanted, Most(codec, source));
  const std::span<const uint64_t> allowed = AllowedKbps(codec, source);
  if (allowed.empty()) return wanted;
  const auto next = std::find_if(allowed.begin(), allowed.end(),
                                 [&](uint64_t kbps) { return kbps * 1000 >= wanted; });
  return (next == allowed.end() ? allowed.back() : *next) * 1000;
}

uint64_t BitRate(std::string_view codec, const AudioSource& source, const AudioWishes& wishes) {
  if (IsLosslessCodec(codec)) return 0;
  if (wishes.bit_rate) return FittingRate(codec, source, *wishes.bit_rate);
  const uint64_t usual = UsualPerChannel(codec, source.rate_hz) * source.channels;
  // A second encoding at a low rate is heard, and the low rates of HE-AAC mean another codec.
  const uint64_t least = usual / 2;
  const bool same = codec == source.codec && source.bit_rate > 0;
  return FittingRate(codec, source, same ? std::max(source.bit_rate, least) : usual);
}

// Whether each sample format is a codec of its own. PCM on discs is one codec for 16 and 24 bits.
bool IsPlainPcm(std::string_view codec) {
  return codec.starts_with("pcm_") && codec != "pcm_bluray" && codec != "pcm_dvd";
}

// The precision in which an encoder without loss is fed, so that it rounds nothing itself.
Encoding SamplesFor(std::string_view codec, const AudioSource& source) {
  if (!IsLosslessCodec(codec)) return Encoding::kF32;
  if (IsPlainPcm(codec)) {
    if (codec.starts_with("pcm_f") || codec.find("32") != std::string_view::npos) {
      return Encoding::kF32;
    }
    return codec.find("24") != std::string_view::npos ? Encoding::kS24 : Encoding::kS16;
  }
  if (source.bits > 0 && (source.codec.empty() || IsLosslessCodec(source.codec))) {
    return source.bits <= 16 ? Encoding::kS16 : Encoding::kS24;
  }
  return source.codec.empty() ? Encoding::kS16 : Encoding::kS24;
}

// The encoder for a codec, or nothing.
std::string EncoderOf(const std::set<std::string>& encoders, std::string_view codec) {
  for (const NamedEncoder& named : kNamedEncoders) {
    const std::string encoder(named.encoder);
    if (named.codec == codec && encoders.contains(encoder)) return encoder;
  }
  const std::string same(codec);
  return encoders.contains(same) ? same : std::string();
}

std::string CodecOfEncoder(const std::string& encoder) {
  for (const NamedEncoder& named : kNamedEncoders) {
    if (named.encoder == encoder) return std::string(named.codec);
  }
  if (encoder == "libfdk_aac") return "aac";
  return encoder;
}

AudioEncoding Encoded(std::string_view codec, std::string encoder, const AudioSource& source,
                      const AudioWishes& wishes) {
  return {.codec = std::string(codec),
          .encoder = std::move(encoder),
          .bit_rate = BitRate(codec, source, wishes),
          .samples = SamplesFor(codec, source),
          .note = {}};
}

// PCM of a sample format; integers keep the byte order of `codec`.
std::string PcmCodec(SampleFormat format, std::string_view codec) {
  const bool big_endian = format != SampleFormat::kF32 && codec.ends_with("be");
  return std::string("pcm_") + SampleFormatName(format) + (big_endian ? "be" : "le");
}

Encoding EncodingOf(SampleFormat format) {
  if (format == SampleFormat::kS16) return Encoding::kS16;
  return format == SampleFormat::kS24 ? Encoding::kS24 : Encoding::kF32;
}

Status CheckSampleFormat(const AudioEncoding& encoding, const AudioWishes& wishes) {
  const std::string format = SampleFormatName(wishes.sample_format);
  if (!IsLosslessCodec(encoding.codec)) {
    return Error{ErrorCode::kInvalidArgument, "sample format " + format + " does not apply to " +
                                                  encoding.codec +
                                                  "; --audio-codec names one without loss"};
  }
  if (IsPlainPcm(wishes.codec) && PcmCodec(wishes.sample_format, wishes.codec) != wishes.codec) {
    return Error{ErrorCode::kInvalidArgument, "--audio-codec " + wishes.codec +
                                                  " and --sample-format " + format +
                                                  " contradict each other"};
  }
  const bool holds_floats = IsPlainPcm(encoding.codec) || encoding.codec == "wavpack";
  if (wishes.sample_format == SampleFormat::kF32 && !holds_floats) {
    return Error{ErrorCode::kInvalidArgument, "sample format f32 does not apply to " +
                                                  encoding.codec + ", which holds s16 and s24"};
  }
  return {};
}

// Holds an encoding against the wishes that it does not follow from.
Result<AudioEncoding> WithWishes(const MediaTarget& target, AudioEncoding encoding,
                                 const AudioWishes& wishes) {
  if (!wishes.codec.empty() && IsBareTrack(target) && !Holds(target, encoding.codec)) {
    return Error{ErrorCode::kInvalidArgument, std::string(target.extension) + " does not hold " +
                                                  encoding.codec +
                                                  "; leave --audio-codec, or give the output "
                                                  "another extension"};
  }
  if (wishes.bit_rate && IsLosslessCodec(encoding.codec)) {
    return Error{ErrorCode::kInvalidArgument,
                 "--bit-rate does not apply to " + encoding.codec + ", which is without loss"};
  }
  if (wishes.sample_format == SampleFormat::kAuto) return encoding;
  DFN_CHECK(CheckSampleFormat(encoding, wishes));
  encoding.samples = EncodingOf(wishes.sample_format);
  if (IsPlainPcm(encoding.codec)) {
    encoding.codec = PcmCodec(wishes.sample_format, encoding.codec);
    encoding.encoder = encoding.codec;
  }
  return encoding;
}

Result<AudioEncoding> AskedFor(const std::set<std::string>& encoders, const AudioSource& source,
                               const AudioWishes& wishes) {
  const std::string asked = wishes.codec == "pcm" ? "pcm_s16le" : wishes.codec;
  std::string encoder = EncoderOf(encoders, asked);
  if (encoder.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "FFmpeg has no encoder \"" + wishes.codec +
                     "\" here; \"ffmpeg -encoders\" lists those that it has"};
  }
  const std::string codec = CodecOfEncoder(encoder);
  return Encoded(codec, std::move(encoder), source, wishes);
}

Result<AudioEncoding> ChooseCodec(const std::set<std::string>& encoders, const MediaTarget& target,
                                  const AudioSource& source, bool same_container,
                                  const AudioWishes& wishes) {
  if (!wishes.codec.empty()) return AskedFor(encoders, source, wishes);
  if (!source.codec.empty() && (same_container || Holds(target, source.codec))) {
    std::string encoder = EncoderOf(encoders, source.codec);
    if (!encoder.empty()) return Encoded(source.codec, std::move(encoder), source, wishes);
  }
  std::vector<std::string> usual;
  if (IsLosslessCodec(source.codec)) {
    for (const char* codec : {"flac", "alac", "pcm_s24le"}) {
      if (Holds(target, codec)) usual.emplace_back(codec);
    }
  }
  usual.push_back(CodecOfEncoder(std::string(target.usual_encoder)));
  for (const std::string& codec : usual) {
    std::string encoder = EncoderOf(encoders, codec);
    if (encoder.empty()) continue;
    AudioEncoding encoding = Encoded(codec, std::move(encoder), source, wishes);
    if (!source.codec.empty() && source.codec != codec) {
      encoding.note = source.codec + " becomes " + codec;
    }
    return encoding;
  }
  return Error{ErrorCode::kUnsupported,
               "FFmpeg has no encoder here for sound in \"" + std::string(target.extension) +
                   "\"; give the output another extension, " +
                   (IsBareTrack(target) ? "such as .m4a" : "or --audio-codec")};
}

}  // namespace

std::set<std::string> ParseEncoders(std::string_view text) {
  // " A....D aac                  AAC (Advanced Audio Coding)", below a line of dashes.
  constexpr size_t kFlags = 6;
  std::set<std::string> names;
  text.remove_prefix(std::min(text.size(), text.find("------")));
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
    if (line.size() < kFlags + 2 || line[0] != 'A' || line[kFlags] != ' ') continue;
    if (line.substr(0, kFlags).find('X') != std::string_view::npos) continue;
    const std::string_view name = line.substr(kFlags + 1);
    names.emplace(name.substr(0, name.find(' ')));
  }
  return names;
}

const Result<std::set<std::string>>& AudioEncoders(const MediaTools& tools) {
  static const Result<std::set<std::string>> encoders =
      [&tools]() -> Result<std::set<std::string>> {
    std::vector<std::string> arguments = QuietFfmpeg();
    arguments.emplace_back("-encoders");
    const Result<std::string> text = RunTool(tools.ffmpeg, arguments);
    if (text.ok()) return ParseEncoders(*text);
    if (text.error().code == ErrorCode::kCancelled) return text.error();
    return Error{text.error().code,
                 tools.ffmpeg + " does not list its encoders: " + text.error().message};
  }();
  return encoders;
}

bool IsLosslessCodec(std::string_view codec) {
  constexpr std::array<std::string_view, 10> kLossless = {
      "flac", "alac", "wavpack", "tta", "truehd", "mlp", "ape", "shorten", "tak", "wmalossless"};
  return codec.starts_with("pcm_") ||
         std::find(kLossless.begin(), kLossless.end(), codec) != kLossless.end();
}

bool HasUsualEncoder(const MediaTools& tools, const MediaTarget& target) {
  const auto& encoders = AudioEncoders(tools);
  return !encoders.ok() || encoders->contains(std::string(target.usual_encoder));
}

Result<AudioEncoding> ChooseEncoding(const std::set<std::string>& encoders,
                                     const MediaTarget& target, const AudioSource& source,
                                     bool same_container, const AudioWishes& wishes) {
  DFN_TRY(AudioEncoding encoding, ChooseCodec(encoders, target, source, same_container, wishes));
  return WithWishes(target, std::move(encoding), wishes);
}

}  // namespace dfn
