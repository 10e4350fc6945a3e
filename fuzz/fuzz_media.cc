// Fuzzes what FFmpeg tells about media, and the index of MP4 files. The first byte selects.
#include <sys/mman.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "expect.h"
#include "media/encoder_delay.h"
#include "media/media_info.h"
#include "media/mp4_layout.h"
#include "os/owned_descriptor.h"
#include "os/write_all.h"

namespace dfn {
namespace {

void ReadInfo(std::string_view json) {
  const auto info = ParseMediaInfo(json, "fuzz");
  if (!info.ok()) return ExpectSentence(info.error());
  for (const size_t track : info->AudioTracks()) {
    Expect(track < info->streams.size(), "a track is one of the streams");
    Expect(info->streams[track].kind == StreamKind::kAudio, "a track holds sound");
  }
}

void ReadPackets(std::string_view text) {
  const auto delay = ParsePackets(text, "aac");
  if (!delay.ok()) return ExpectSentence(delay.error());
  Expect(std::isfinite(delay->seconds) && std::isfinite(delay->lead_seconds), "times are numbers");
}

void ReadLayout(Bytes bytes) {
  const OwnedDescriptor file(memfd_create("fuzz", MFD_CLOEXEC));
  Expect(file.get() >= 0 && WriteAll(file.get(), bytes) == 0, "a file in memory");
  (void)IndexComesFirst("/proc/self/fd/" + std::to_string(file.get()));
}

}  // namespace
}  // namespace dfn

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      dfn::ReadInfo(text);
      break;
    case 1:
      dfn::ReadPackets(text);
      break;
    default:
      dfn::ReadLayout({data + 1, size - 1});
  }
  return 0;
}
