// Fuzzes the headers of WAV streams, which come in reads of any length.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "audio/sample_codec.h"
#include "audio/sound_file.h"
#include "audio/wav_header.h"
#include "expect.h"

namespace dfn {
namespace {

Result<WavHeader> ReadHeader(std::span<const uint8_t> bytes, size_t* used) {
  size_t at = 0;
  const ByteSource source = [&](uint8_t* to, size_t size) -> Result<size_t> {
    const size_t now = std::min(size, bytes.size() - at);
    if (now > 0) std::memcpy(to, bytes.data() + at, now);
    at += now;
    return now;
  };
  auto header = ReadWavHeader(source, "fuzz");
  *used = at;
  return header;
}

}  // namespace
}  // namespace dfn

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  const std::span<const uint8_t> bytes(data, size);
  (void)BeginsOtherChunk(bytes, size % 3 == 0 ? 0 : size);
  size_t used = 0;
  const auto header = ReadHeader(bytes, &used);
  if (!header.ok()) {
    ExpectSentence(header.error());
    return 0;
  }
  Expect(header->channels > 0 && header->rate_hz >= kMinRateHz && header->rate_hz <= kMaxRateHz,
         "sizes are in their ranges");
  Expect(header->first_bytes.size() <= used, "samples were read");
  Expect(std::equal(header->first_bytes.begin(), header->first_bytes.end(),
                    data + used - header->first_bytes.size()),
         "the first samples are what follows the header");
  // What is written comes back the same.
  WavHeader plain = {header->encoding, header->rate_hz, header->channels, 4096 * header->channels,
                     header->speakers};
  std::vector<uint8_t> written = MakeWavHeader(plain);
  written.resize(written.size() + 4096, 1);
  const auto again = ReadHeader(written, &used);
  Expect(again.ok() && again->encoding == plain.encoding && again->rate_hz == plain.rate_hz &&
             again->channels == plain.channels && again->data_bytes == plain.data_bytes,
         "headers come back the same");
  return 0;
}
