#include "media/mp4_layout.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "os/descriptor.h"

namespace dfn {
namespace {

constexpr size_t kHeaderBytes = 16;
// Before the index or the samples there are a few boxes.
constexpr int kMostBoxes = 64;

uint64_t BigEndian(const uint8_t* bytes, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) value = value << 8 | bytes[i];
  return value;
}

}  // namespace

bool IndexComesFirst(const std::filesystem::path& path) {
  const OpenedFile file = OpenFile(path, OpenFor::kReadingNow);
  if (file.error != 0) return false;
  uint64_t offset = 0;
  for (int box = 0; box < kMostBoxes; ++box) {
    std::array<uint8_t, kHeaderBytes> header{};
    const Transfer read = ReadAt(file.descriptor.get(), offset, header);
    if (read.error != 0 || read.count < 8) return false;
    const std::string_view name(reinterpret_cast<const char*>(header.data()) + 4, 4);
    if (name == "moov") return true;
    if (name == "mdat" || name == "moof") return false;
    uint64_t size = BigEndian(header.data(), 4);
    // 1: the size follows in eight bytes.
    if (size == 1) size = BigEndian(header.data() + 8, 8);
    if (size < 8 || size > UINT64_MAX - offset) return false;
    offset += size;
  }
  return false;
}

}  // namespace dfn
