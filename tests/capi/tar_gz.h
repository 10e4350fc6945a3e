// Archives made in memory.
#ifndef DEEPFILTER_TESTS_CAPI_TAR_GZ_H_
#define DEEPFILTER_TESTS_CAPI_TAR_GZ_H_

#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/bytes.h"

namespace dfn::test {

// POSIX ustar: a block of header a file, content padded to blocks, two empty blocks at the end.
inline std::vector<uint8_t> Tar(const std::vector<NamedBytes>& files) {
  constexpr size_t kBlock = 512;
  std::vector<uint8_t> tar;
  for (const NamedBytes& file : files) {
    std::array<char, kBlock> header{};
    std::snprintf(&header[0], 100, "%s", file.name.c_str());
    std::snprintf(&header[100], 8, "%07o", 0644u);
    std::snprintf(&header[108], 8, "%07o", 0u);
    std::snprintf(&header[116], 8, "%07o", 0u);
    std::snprintf(&header[124], 12, "%011zo", file.bytes.size());
    std::snprintf(&header[136], 12, "%011o", 0u);
    header[156] = '0';
    std::memcpy(&header[257], "ustar\00000", 8);
    std::memset(&header[148], ' ', 8);
    unsigned sum = 0;
    for (const char byte : header) sum += static_cast<unsigned char>(byte);
    std::snprintf(&header[148], 7, "%06o", sum);
    tar.insert(tar.end(), header.begin(), header.end());
    tar.insert(tar.end(), file.bytes.begin(), file.bytes.end());
    tar.resize((tar.size() + kBlock - 1) / kBlock * kBlock);
  }
  tar.resize(tar.size() + 2 * kBlock);
  return tar;
}

inline std::vector<uint8_t> TarGz(const std::vector<NamedBytes>& files) {
  std::vector<uint8_t> tar = Tar(files);
  z_stream deflater{};
  constexpr int kGzip = 15 + 16;
  if (deflateInit2(&deflater, 1, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::vector<uint8_t> packed(deflateBound(&deflater, static_cast<uLong>(tar.size())));
  deflater.next_in = tar.data();
  deflater.avail_in = static_cast<uInt>(tar.size());
  deflater.next_out = packed.data();
  deflater.avail_out = static_cast<uInt>(packed.size());
  deflate(&deflater, Z_FINISH);
  packed.resize(deflater.total_out);
  deflateEnd(&deflater);
  return packed;
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_CAPI_TAR_GZ_H_
