#include "audio/webm_opus.h"

#include <sndfile.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

namespace dfn {
namespace {

// A file that libsndfile writes in memory.
struct MemoryFile {
  std::string bytes;
  size_t place = 0;

  static MemoryFile& From(void* user) { return *static_cast<MemoryFile*>(user); }
  static sf_count_t Length(void* user) { return static_cast<sf_count_t>(From(user).bytes.size()); }
  static sf_count_t Seek(sf_count_t offset, int whence, void* user) {
    MemoryFile& file = From(user);
    const sf_count_t base = whence == SEEK_SET   ? 0
                            : whence == SEEK_CUR ? static_cast<sf_count_t>(file.place)
                                                 : Length(user);
    if (base + offset < 0) return -1;
    file.place = static_cast<size_t>(base + offset);
    return base + offset;
  }
  static sf_count_t Read(void* to, sf_count_t count, void* user) {
    MemoryFile& file = From(user);
    const size_t there = file.bytes.size() - std::min(file.place, file.bytes.size());
    const size_t size = std::min(there, static_cast<size_t>(count));
    if (size > 0) std::memcpy(to, file.bytes.data() + file.place, size);
    file.place += size;
    return static_cast<sf_count_t>(size);
  }
  static sf_count_t Write(const void* from, sf_count_t count, void* user) {
    MemoryFile& file = From(user);
    const auto size = static_cast<size_t>(count);
    if (file.bytes.size() < file.place + size) file.bytes.resize(file.place + size);
    std::memcpy(file.bytes.data() + file.place, from, size);
    file.place += size;
    return count;
  }
  static sf_count_t Tell(void* user) { return static_cast<sf_count_t>(From(user).place); }
};

SF_VIRTUAL_IO kMemoryCalls = {MemoryFile::Length, MemoryFile::Seek, MemoryFile::Read,
                              MemoryFile::Write, MemoryFile::Tell};

struct CloseOgg {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

Result<std::string> EncodeOggOpus(std::span<const float> mono, double bits_per_second) {
  MemoryFile file;
  SF_INFO info{};
  info.samplerate = static_cast<int>(kOpusRateHz);
  info.channels = 1;
  info.format = SF_FORMAT_OGG | SF_FORMAT_OPUS;
  std::unique_ptr<SNDFILE, CloseOgg> ogg(sf_open_virtual(&kMemoryCalls, SFM_WRITE, &info, &file));
  if (!ogg) return Error{ErrorCode::kUnsupported, "this libsndfile cannot write Opus"};
  // The library's scale: from the most bits, 0, to the least, 1.
  double level = (kMostOpusBitsPerSecond - bits_per_second) /
                 (kMostOpusBitsPerSecond - kLeastOpusBitsPerSecond);
  level = std::clamp(level, 0.0, 1.0);
  sf_command(ogg.get(), SFC_SET_COMPRESSION_LEVEL, &level, sizeof(level));
  const auto wanted = static_cast<sf_count_t>(mono.size());
  if (sf_writef_float(ogg.get(), mono.data(), wanted) != wanted) {
    return Error{ErrorCode::kUnsupported, "this libsndfile cannot write Opus"};
  }
  ogg.reset();
  return std::move(file.bytes);
}

// The packets of an Ogg file's only stream.
Result<std::vector<std::string>> OggPackets(std::string_view ogg) {
  constexpr size_t kHeader = 27;
  const Error corrupt = {ErrorCode::kCorrupt, "not an Ogg file of one stream"};
  std::vector<std::string> packets;
  std::string packet;
  while (!ogg.empty()) {
    if (ogg.size() < kHeader || !ogg.starts_with("OggS")) return corrupt;
    const size_t segments = static_cast<uint8_t>(ogg[26]);
    if (ogg.size() < kHeader + segments) return corrupt;
    const std::string_view lengths = ogg.substr(kHeader, segments);
    ogg.remove_prefix(kHeader + segments);
    for (const char length : lengths) {
      const size_t bytes = static_cast<uint8_t>(length);
      if (ogg.size() < bytes) return corrupt;
      packet.append(ogg.substr(0, bytes));
      ogg.remove_prefix(bytes);
      // A full segment goes on in the next one.
      if (bytes == 255) continue;
      packets.push_back(std::move(packet));
      packet.clear();
    }
  }
  return packets;
}

// Samples of a packet at 48 kHz, by its first bytes (RFC 6716, 3.1).
size_t PacketSamples(std::string_view packet) {
  if (packet.empty()) return 0;
  const auto toc = static_cast<uint8_t>(packet[0]);
  const unsigned config = toc >> 3;
  size_t frame = 0;
  if (config < 12) {
    frame = config % 4 == 3 ? 2880 : size_t{480} << (config % 4);
  } else if (config < 16) {
    frame = size_t{480} << (config % 2);
  } else {
    frame = size_t{120} << (config % 4);
  }
  const unsigned code = toc & 3;
  if (code == 0) return frame;
  if (code < 3) return 2 * frame;
  return packet.size() < 2 ? 0 : frame * (static_cast<uint8_t>(packet[1]) & 0x3f);
}

// Elements of EBML (RFC 8794), of which WebM consists. Sizes take eight bytes.
void AppendElement(std::string& out, uint32_t id, std::string_view data) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (id >> shift != 0) out.push_back(static_cast<char>(id >> shift & 0xff));
  }
  out.push_back(1);
  for (int shift = 48; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<uint64_t>(data.size()) >> shift & 0xff));
  }
  out.append(data);
}

std::string BigEndianBytes(uint64_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xff));
  }
  return out;
}

void AppendNumber(std::string& out, uint32_t id, uint64_t value) {
  AppendElement(out, id, BigEndianBytes(value, 8));
}

std::string Milliseconds(size_t samples) {
  return BigEndianBytes(samples / (kOpusRateHz / 1000), 2);
}

std::string TrackOf(std::string_view opus_head) {
  const auto skip = static_cast<uint64_t>(static_cast<uint8_t>(opus_head[10])) |
                    static_cast<uint64_t>(static_cast<uint8_t>(opus_head[11])) << 8;
  std::string audio;
  AppendElement(audio, 0xb5, BigEndianBytes(std::bit_cast<uint64_t>(48000.0), 8));
  AppendNumber(audio, 0x9f, 1);  // channels
  std::string entry;
  AppendNumber(entry, 0xd7, 1);    // number
  AppendNumber(entry, 0x73c5, 1);  // identity
  AppendNumber(entry, 0x83, 2);    // sound
  AppendElement(entry, 0x86, "A_OPUS");
  AppendElement(entry, 0x63a2, opus_head);
  AppendNumber(entry, 0x56aa, skip * 1'000'000'000 / kOpusRateHz);  // the codec's delay in ns
  AppendNumber(entry, 0x56bb, 80'000'000);  // decoded before a place is right
  AppendElement(entry, 0xe1, audio);
  std::string tracks;
  AppendElement(tracks, 0xae, entry);
  return tracks;
}

std::string InfoOf(size_t samples) {
  std::string info;
  AppendNumber(info, 0x2ad7b1, 1'000'000);  // time stamps are milliseconds
  AppendElement(info, 0x4d80, "deepfilter");
  AppendElement(info, 0x5741, "deepfilter");
  const double ms = static_cast<double>(samples) / (kOpusRateHz / 1000.0);
  AppendElement(info, 0x4489, BigEndianBytes(std::bit_cast<uint64_t>(ms), 8));
  return info;
}

}  // namespace

Result<std::string> WebmFromOgg(std::string_view ogg) {
  DFN_TRY(const std::vector<std::string> packets, OggPackets(ogg));
  // The header, the tags, and the sound.
  if (packets.size() < 3 || !packets[0].starts_with("OpusHead") || packets[0].size() < 19) {
    return Error{ErrorCode::kCorrupt, "not an Ogg Opus file with sound"};
  }
  std::string cluster;
  AppendNumber(cluster, 0xe7, 0);  // its time
  size_t samples = 0;
  for (size_t i = 2; i < packets.size(); ++i) {
    if (samples > static_cast<size_t>(kMostWebmSeconds * kOpusRateHz)) {
      return Error{ErrorCode::kCorrupt, "too long for one cluster of WebM"};
    }
    // Track 1, the time, and that it can be decoded from here.
    AppendElement(cluster, 0xa3, "\x81" + Milliseconds(samples) + "\x80" + packets[i]);
    samples += PacketSamples(packets[i]);
  }
  std::string segment;
  AppendElement(segment, 0x1549a966, InfoOf(samples));
  AppendElement(segment, 0x1654ae6b, TrackOf(packets[0]));
  AppendElement(segment, 0x1f43b675, cluster);
  std::string header;
  AppendNumber(header, 0x4286, 1);
  AppendNumber(header, 0x42f7, 1);
  AppendNumber(header, 0x42f2, 4);
  AppendNumber(header, 0x42f3, 8);
  AppendElement(header, 0x4282, "webm");
  AppendNumber(header, 0x4287, 4);
  AppendNumber(header, 0x4285, 2);
  std::string file;
  AppendElement(file, 0x1a45dfa3, header);
  AppendElement(file, 0x18538067, segment);
  return file;
}

Result<std::string> EncodeWebmOpus(std::span<const float> mono, double bits_per_second) {
  if (static_cast<double>(mono.size()) > kMostWebmSeconds * kOpusRateHz) {
    return Error{ErrorCode::kInvalidArgument, "a WebM file of Opus has 32 s at most"};
  }
  DFN_TRY(const std::string ogg, EncodeOggOpus(mono, bits_per_second));
  return WebmFromOgg(ogg);
}

}  // namespace dfn
