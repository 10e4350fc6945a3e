// Changes the content of a ZIP file's entries and keeps its checksums, sizes and offsets right.
#ifndef DEEPFILTER_FUZZ_ZIP_MUTATOR_H_
#define DEEPFILTER_FUZZ_ZIP_MUTATOR_H_

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "mutator.h"

namespace dfn {

struct ZipPart {
  std::vector<uint8_t> name;
  std::vector<uint8_t> content;
};

// Inflates what is at most 64 KiB then; empty if it cannot be. `window_bits` as zlib takes them.
inline std::vector<uint8_t> Inflated(Bytes from, int window_bits) {
  std::vector<uint8_t> to(size_t{1} << 16);
  z_stream stream = {};
  if (inflateInit2(&stream, window_bits) != Z_OK) return {};
  stream.next_in = const_cast<Bytef*>(from.data());
  stream.avail_in = static_cast<uInt>(from.size());
  stream.next_out = to.data();
  stream.avail_out = static_cast<uInt>(to.size());
  inflate(&stream, Z_FINISH);
  to.resize(stream.total_out);
  inflateEnd(&stream);
  return to;
}

inline std::vector<uint8_t> Deflated(Bytes from, int window_bits) {
  z_stream stream = {};
  if (deflateInit2(&stream, 1, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::vector<uint8_t> to(deflateBound(&stream, static_cast<uLong>(from.size())));
  stream.next_in = const_cast<Bytef*>(from.data());
  stream.avail_in = static_cast<uInt>(from.size());
  stream.next_out = to.data();
  stream.avail_out = static_cast<uInt>(to.size());
  deflate(&stream, Z_FINISH);
  to.resize(stream.total_out);
  deflateEnd(&stream);
  return to;
}

// The entries that the directory names and that lie in the file, at most 32.
inline std::vector<ZipPart> ZipParts(Bytes file) {
  constexpr uint32_t kCentralSignature = 0x02014b50;
  constexpr size_t kCentralBytes = 46, kLocalBytes = 30, kMostParts = 32;
  std::vector<ZipPart> parts;
  for (size_t at = 0; at + kCentralBytes <= file.size() && parts.size() < kMostParts; ++at) {
    const uint8_t* entry = file.data() + at;
    if (LoadLittleEndian<uint32_t>(entry) != kCentralSignature) continue;
    const size_t name_bytes = LoadLittleEndian<uint16_t>(entry + 28);
    const size_t local = LoadLittleEndian<uint32_t>(entry + 42);
    if (at + kCentralBytes + name_bytes > file.size() || local + kLocalBytes > file.size()) break;
    const size_t begin = local + kLocalBytes + LoadLittleEndian<uint16_t>(&file[local + 26]) +
                         LoadLittleEndian<uint16_t>(&file[local + 28]);
    const size_t size = LoadLittleEndian<uint32_t>(entry + 20);
    if (begin > file.size() || size > file.size() - begin) break;
    const Bytes stored = file.subspan(begin, size);
    const bool deflated = LoadLittleEndian<uint16_t>(entry + 10) != 0;
    const uint8_t* name = entry + kCentralBytes;
    parts.push_back({{name, name + name_bytes},
                     deflated ? Inflated(stored, -MAX_WBITS)
                              : std::vector<uint8_t>(stored.begin(), stored.end())});
  }
  return parts;
}

inline std::vector<uint8_t> MakeZip(const std::vector<ZipPart>& parts, bool deflated) {
  std::vector<uint8_t> file, directory;
  const auto put = [](std::vector<uint8_t>& to,
                      std::initializer_list<std::pair<int, size_t>> list) {
    for (const auto& [bytes, value] : list) {
      for (int i = 0; i < bytes; ++i) to.push_back(static_cast<uint8_t>(value >> 8 * i));
    }
  };
  for (const ZipPart& part : parts) {
    const size_t offset = file.size();
    const size_t sum = crc32(0, part.content.data(), static_cast<uInt>(part.content.size()));
    const std::vector<uint8_t> stored =
        deflated ? Deflated(part.content, -MAX_WBITS) : part.content;
    const size_t method = deflated ? 8 : 0;
    put(file, {{4, 0x04034b50}, {2, 20}, {2, 0}, {2, method}, {4, 0}, {4, sum}});
    put(file, {{4, stored.size()}, {4, part.content.size()}, {2, part.name.size()}, {2, 0}});
    file.insert(file.end(), part.name.begin(), part.name.end());
    file.insert(file.end(), stored.begin(), stored.end());
    put(directory, {{4, 0x02014b50}, {2, 20}, {2, 20}, {2, 0}, {2, method}, {4, 0}, {4, sum}});
    put(directory, {{4, stored.size()}, {4, part.content.size()}, {2, part.name.size()}});
    put(directory, {{2, 0}, {2, 0}, {2, 0}, {2, 0}, {4, 0}, {4, offset}});
    directory.insert(directory.end(), part.name.begin(), part.name.end());
  }
  const size_t begin = file.size();
  file.insert(file.end(), directory.begin(), directory.end());
  put(file, {{4, 0x06054b50}, {2, 0}, {2, 0}, {2, parts.size()}, {2, parts.size()}});
  put(file, {{4, directory.size()}, {4, begin}, {2, 0}});
  return file;
}

// Changes the name or the content of one entry, or leaves it out. Empty if the file has no entries.
inline std::vector<uint8_t> MutateZip(Bytes file, Random& random) {
  std::vector<ZipPart> parts = ZipParts(file);
  if (parts.empty()) return {};
  ZipPart& part = parts[random() % parts.size()];
  switch (random() % 8) {
    case 0:
      MutateBytes(part.name);
      break;
    case 1:
      std::swap(part, parts.back());
      parts.pop_back();
      break;
    case 2:
      part.content = parts[random() % parts.size()].content;
      break;
    default:
      MutateBytes(part.content);
  }
  return MakeZip(parts, random() % 4 == 0);
}

}  // namespace dfn

#endif  // DEEPFILTER_FUZZ_ZIP_MUTATOR_H_
