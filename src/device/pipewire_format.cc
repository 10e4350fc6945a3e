#include "device/pipewire_format.h"

namespace dfn {
namespace {

constexpr uint32_t kWord = sizeof(uint32_t);

}  // namespace

// An object is its size and type, what it is, and its properties: key, flags, and a value that is
// padded to eight bytes.
PipewireFormat::PipewireFormat(size_t channels, size_t rate_hz) {
  Put(0);  // the size, below
  Put(pw::kPodObject);
  Put(pw::kFormatObject);
  Put(pw::kParamEnumFormat);
  PutNumber(pw::kFormatMediaType, pw::kPodId, pw::kMediaAudio);
  PutNumber(pw::kFormatMediaSubtype, pw::kPodId, pw::kMediaRaw);
  PutNumber(pw::kFormatAudio, pw::kPodId, pw::kAudioF32Planar);
  PutNumber(pw::kFormatRate, pw::kPodInt, static_cast<uint32_t>(rate_hz));
  PutNumber(pw::kFormatChannels, pw::kPodInt, static_cast<uint32_t>(channels));
  Put(pw::kFormatPosition);
  Put(0);
  // An array: the header of its elements, then those.
  Put((2 + static_cast<uint32_t>(channels)) * kWord);
  Put(pw::kPodArray);
  Put(kWord);
  Put(pw::kPodId);
  if (channels == 1) {
    Put(pw::kChannelMono);
  } else {
    Put(pw::kChannelLeft);
    Put(pw::kChannelRight);
  }
  if (size_ % 2 != 0) Put(0);
  words_[0] = static_cast<uint32_t>((size_ - 2) * kWord);
}

void PipewireFormat::PutNumber(uint32_t key, uint32_t type, uint32_t value) {
  for (const uint32_t word : {key, uint32_t{0}, kWord, type, value, uint32_t{0}}) Put(word);
}

size_t RateIn(const pw::Pod* format) {
  if (format == nullptr || format->type != pw::kPodObject) return 0;
  const auto* words = reinterpret_cast<const uint32_t*>(format + 1);
  const size_t count = format->size / kWord;
  for (size_t at = 2; at + 5 <= count;) {
    const uint32_t size = words[at + 2];
    if (words[at] == pw::kFormatRate && words[at + 3] == pw::kPodInt) return words[at + 4];
    at += 4 + (size + 7) / 8 * 2;
  }
  return 0;
}

}  // namespace dfn
