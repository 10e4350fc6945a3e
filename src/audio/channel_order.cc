#include "audio/channel_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <optional>

#include "os/descriptor.h"

namespace dfn {
namespace {

// Bits of the channel mask.
enum Speaker : uint32_t {
  kNone = 0,
  kFrontLeft = 1u << 0,
  kFrontRight = 1u << 1,
  kFrontCenter = 1u << 2,
  kLowFrequency = 1u << 3,
  kBackLeft = 1u << 4,
  kBackRight = 1u << 5,
  kBackCenter = 1u << 8,
  kSideLeft = 1u << 9,
  kSideRight = 1u << 10,
};

// libsndfile's code of each bit, in the order of the bits.
constexpr std::array kMapCodes = {SF_CHANNEL_MAP_LEFT,
                                  SF_CHANNEL_MAP_RIGHT,
                                  SF_CHANNEL_MAP_CENTER,
                                  SF_CHANNEL_MAP_LFE,
                                  SF_CHANNEL_MAP_REAR_LEFT,
                                  SF_CHANNEL_MAP_REAR_RIGHT,
                                  SF_CHANNEL_MAP_FRONT_LEFT_OF_CENTER,
                                  SF_CHANNEL_MAP_FRONT_RIGHT_OF_CENTER,
                                  SF_CHANNEL_MAP_REAR_CENTER,
                                  SF_CHANNEL_MAP_SIDE_LEFT,
                                  SF_CHANNEL_MAP_SIDE_RIGHT,
                                  SF_CHANNEL_MAP_TOP_CENTER,
                                  SF_CHANNEL_MAP_TOP_FRONT_LEFT,
                                  SF_CHANNEL_MAP_TOP_FRONT_CENTER,
                                  SF_CHANNEL_MAP_TOP_FRONT_RIGHT,
                                  SF_CHANNEL_MAP_TOP_REAR_LEFT,
                                  SF_CHANNEL_MAP_TOP_REAR_CENTER,
                                  SF_CHANNEL_MAP_TOP_REAR_RIGHT};

constexpr size_t kMostNamedChannels = 8;
using SpeakerRow = std::array<uint32_t, kMostNamedChannels>;

// The speakers of 3 to 8 channels of Vorbis and Opus, in the order of their files.
constexpr std::array<SpeakerRow, 6> kVorbisRows = {{
    {kFrontLeft, kFrontCenter, kFrontRight},
    {kFrontLeft, kFrontRight, kBackLeft, kBackRight},
    {kFrontLeft, kFrontCenter, kFrontRight, kBackLeft, kBackRight},
    {kFrontLeft, kFrontCenter, kFrontRight, kBackLeft, kBackRight, kLowFrequency},
    {kFrontLeft, kFrontCenter, kFrontRight, kSideLeft, kSideRight, kBackCenter, kLowFrequency},
    {kFrontLeft, kFrontCenter, kFrontRight, kSideLeft, kSideRight, kBackLeft, kBackRight,
     kLowFrequency},
}};

int Container(int format) { return format & SF_FORMAT_TYPEMASK; }

// In the order of the file; empty where the format does not fix them.
std::vector<uint32_t> FixedSpeakers(int format, size_t channels) {
  const bool flac = Container(format) == SF_FORMAT_FLAC;
  if ((!flac && Container(format) != SF_FORMAT_OGG) || channels < 3 ||
      channels > kMostNamedChannels) {
    return {};
  }
  const SpeakerRow& row = kVorbisRows[channels - 3];
  std::vector<uint32_t> speakers(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(channels));
  // FLAC has the same speakers in WAV's order.
  if (flac) std::sort(speakers.begin(), speakers.end());
  return speakers;
}

// The speakers of a mask in WAV's order.
std::vector<uint32_t> SpeakersOf(uint32_t mask) {
  std::vector<uint32_t> speakers;
  for (; mask != 0; mask &= mask - 1) speakers.push_back(mask & -mask);
  return speakers;
}

// What the file itself says, in its order; a code without a bit gives kNone. AIFF is left out:
// libsndfile 1.2.0 reads beyond its memory where the speakers come before the number of channels.
std::vector<uint32_t> MappedSpeakers(SNDFILE* file, int format, size_t channels) {
  if (Container(format) == SF_FORMAT_AIFF || channels > kMapCodes.size()) return {};
  std::vector<int> codes(channels);
  const auto bytes = static_cast<int>(codes.size() * sizeof(int));
  if (sf_command(file, SFC_GET_CHANNEL_MAP_INFO, codes.data(), bytes) != SF_TRUE) return {};
  std::vector<uint32_t> speakers;
  for (const int code : codes) {
    const auto* found = std::find(kMapCodes.begin(), kMapCodes.end(), code);
    speakers.push_back(found == kMapCodes.end() ? kNone : 1u << (found - kMapCodes.begin()));
  }
  return speakers;
}

// Opus files of channel mapping families other than 1 have channels without speakers, up to an
// Ambisonics sound field. The family is in the first packet, on the first page.
bool OpusNamesSpeakers(int descriptor) {
  constexpr size_t kPacket = 28;  // behind the page's header with one segment
  constexpr size_t kFamily = kPacket + 18;
  std::array<uint8_t, kFamily + 1> start{};
  if (ReadAt(descriptor, 0, start).count != start.size()) return false;
  return std::memcmp(start.data() + kPacket, "OpusHead", 8) == 0 && start[kFamily] == 1;
}

// For each wanted speaker the place of the same in `given`, or of its neighbour at the back or the
// side; nothing where one is missing.
std::optional<ChannelSources> Match(const std::vector<uint32_t>& wanted,
                                    const std::vector<uint32_t>& given) {
  const auto neighbour = [](uint32_t speaker) -> uint32_t {
    switch (speaker) {
      case kBackLeft:
        return kSideLeft;
      case kBackRight:
        return kSideRight;
      case kSideLeft:
        return kBackLeft;
      case kSideRight:
        return kBackRight;
      default:
        return kNone;
    }
  };
  const auto has = [](const std::vector<uint32_t>& speakers, uint32_t speaker) {
    return std::find(speakers.begin(), speakers.end(), speaker) != speakers.end();
  };
  ChannelSources sources;
  for (uint32_t speaker : wanted) {
    if (!has(given, speaker) && !has(wanted, neighbour(speaker))) speaker = neighbour(speaker);
    const auto found = std::find(given.begin(), given.end(), speaker);
    if (speaker == kNone || found == given.end()) return std::nullopt;
    sources.push_back(static_cast<uint8_t>(found - given.begin()));
  }
  return sources;
}

ChannelSources EmptyIfInPlace(ChannelSources sources) {
  return std::is_sorted(sources.begin(), sources.end()) ? ChannelSources() : sources;
}

bool SetMap(SNDFILE* file, const std::vector<uint32_t>& speakers) {
  std::vector<int> codes;
  for (const uint32_t speaker : speakers) {
    codes.push_back(kMapCodes[static_cast<size_t>(std::countr_zero(speaker))]);
  }
  const auto bytes = static_cast<int>(codes.size() * sizeof(int));
  return sf_command(file, SFC_SET_CHANNEL_MAP_INFO, codes.data(), bytes) == SF_TRUE;
}

// CAF and AIFF name one pair of surround speakers, where WAV has those at the back and the side.
std::vector<uint32_t> AppleSpeakers(std::vector<uint32_t> speakers) {
  const bool has_back = std::find(speakers.begin(), speakers.end(), kBackLeft) != speakers.end();
  for (uint32_t& speaker : speakers) {
    if (speaker == kSideLeft && !has_back) speaker = kBackLeft;
    if (speaker == kSideRight && !has_back) speaker = kBackRight;
  }
  return speakers;
}

}  // namespace

void MoveChannels(const ChannelSources& sources, std::span<float> interleaved) {
  const size_t channels = sources.size();
  if (channels == 0) return;
  std::vector<float> frame(channels);
  for (size_t start = 0; start + channels <= interleaved.size(); start += channels) {
    const std::span<float> moved = interleaved.subspan(start, channels);
    std::copy(moved.begin(), moved.end(), frame.begin());
    for (size_t c = 0; c < channels; ++c) moved[c] = frame[sources[c]];
  }
}

ChannelOrder ReadChannelOrder(SNDFILE* file, int descriptor, int format, size_t channels) {
  const bool opus = (format & SF_FORMAT_SUBMASK) == SF_FORMAT_OPUS;
  if (opus && !OpusNamesSpeakers(descriptor)) return {};
  std::vector<uint32_t> speakers = FixedSpeakers(format, channels);
  if (speakers.empty()) speakers = MappedSpeakers(file, format, channels);
  const uint32_t mask = std::accumulate(speakers.begin(), speakers.end(), uint32_t{0},
                                        [](uint32_t all, uint32_t one) { return all | one; });
  // One speaker for each channel, and no other.
  if (speakers.empty() || static_cast<size_t>(std::popcount(mask)) != channels) return {};
  return {mask, EmptyIfInPlace(Match(SpeakersOf(mask), speakers).value_or(ChannelSources()))};
}

ChannelSources WriteChannelOrder(SNDFILE* file, int format, size_t channels, uint32_t speakers) {
  const std::vector<uint32_t> given = SpeakersOf(speakers);
  const std::vector<uint32_t> fixed = FixedSpeakers(format, channels);
  if (!fixed.empty()) {
    std::optional<ChannelSources> sources;
    if (given.size() == channels) sources = Match(fixed, given);
    if (!sources) {
      std::vector<uint32_t> in_order = fixed;
      std::sort(in_order.begin(), in_order.end());
      sources = Match(fixed, in_order);
    }
    return EmptyIfInPlace(sources.value_or(ChannelSources()));
  }
  if (given.size() == channels && !SetMap(file, given)) SetMap(file, AppleSpeakers(given));
  return {};
}

int FormatWithSpeakers(int format, size_t rate_hz, size_t channels, uint32_t speakers) {
  if (channels <= 2) return format;
  if (Container(format) == SF_FORMAT_WAVEX && speakers == 0) {
    return (format & ~SF_FORMAT_TYPEMASK) | SF_FORMAT_WAV;
  }
  if (Container(format) != SF_FORMAT_WAV || speakers == 0) return format;
  SF_INFO extensible{};
  extensible.format = (format & ~SF_FORMAT_TYPEMASK) | SF_FORMAT_WAVEX;
  extensible.samplerate = static_cast<int>(rate_hz);
  extensible.channels = static_cast<int>(channels);
  return sf_format_check(&extensible) != 0 ? extensible.format : format;
}

}  // namespace dfn
