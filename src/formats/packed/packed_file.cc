#include "formats/packed/packed_file.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <type_traits>
#include <utility>

#include "base/checked.h"
#include "base/printable.h"
#include "formats/packed/checksum.h"

namespace dfn {
namespace {

// magic | version u32 | entries u32 | bytes of the file u64 ... checksum u64
constexpr size_t kVersionAt = kPackedMagic.size();
constexpr size_t kEntriesAt = kVersionAt + 4;
constexpr size_t kSizeAt = kEntriesAt + 4;
constexpr size_t kHeaderBytes = kSizeAt + 8;
constexpr size_t kChecksumBytes = 8;
// type u8 | rank u8 | bytes of the name u16, before axes (u64 each), name, zeros (but for version 1) and
// data.
constexpr size_t kEntryBytes = 4;
constexpr size_t kAxisBytes = 8;

Error Corrupt(const std::string& where, const std::string& what) {
  return {ErrorCode::kCorrupt, where + ": " + what};
}

// The bytes from a place in the file to the next one where values may begin.
size_t PaddingAt(size_t at) { return RoundUp(at, kPackedAlignment) - at; }

// Checks header and checksum and returns the bytes before the latter.
Result<Bytes> CheckFrame(Bytes bytes, const std::string& where, const Limits& limits) {
  if (!LooksLikePacked(bytes)) return Corrupt(where, "is no packed model file");
  if (bytes.size() < kHeaderBytes + kChecksumBytes) {
    return Corrupt(where, "is a packed model file that was cut short: it has " +
                              std::to_string(bytes.size()) + " bytes");
  }
  const auto version = LoadLittleEndian<uint32_t>(bytes.data() + kVersionAt);
  if (version == 0 || version > kPackedVersion) {
    return Error{ErrorCode::kUnsupported,
                 where + ": is a packed model file of version " + std::to_string(version) +
                     ", and this program reads versions 1 to " + std::to_string(kPackedVersion)};
  }
  const auto size = LoadLittleEndian<uint64_t>(bytes.data() + kSizeAt);
  if (size != bytes.size()) {
    return Corrupt(where, "is a packed model file of " + std::to_string(size) +
                              " bytes, but there are " + std::to_string(bytes.size()));
  }
  const Bytes content = bytes.first(bytes.size() - kChecksumBytes);
  if (PackedChecksum(content) != LoadLittleEndian<uint64_t>(content.data() + content.size())) {
    return Corrupt(where, "is damaged: its checksum is not the one that it was written with");
  }
  const auto entries = LoadLittleEndian<uint32_t>(bytes.data() + kEntriesAt);
  if (entries > limits.max_tensors) {
    return Error{ErrorCode::kLimit, where + ": has " + std::to_string(entries) +
                                        " entries, the limit is " +
                                        std::to_string(limits.max_tensors)};
  }
  if (entries > (content.size() - kHeaderBytes) / kEntryBytes) {
    return Corrupt(
        where, "says that it has " + std::to_string(entries) + " entries, more than fit into it");
  }
  return content;
}

// Reads entries one after the other.
class EntryReader {
 public:
  EntryReader(Bytes content, const std::string& where, const Limits& limits)
      : content_(content),
        aligned_(LoadLittleEndian<uint32_t>(content.data() + kVersionAt) > 1),
        rest_(content.subspan(kHeaderBytes)),
        where_(where),
        limits_(limits) {}

  bool AtEnd() const { return rest_.empty(); }

  Result<PackedEntry> Next() {
    if (rest_.size() < kEntryBytes) return CutShort();
    PackedEntry entry;
    const uint8_t type = rest_[0];
    const size_t rank = rest_[1];
    const size_t name_bytes = LoadLittleEndian<uint16_t>(rest_.data() + 2);
    rest_ = rest_.subspan(kEntryBytes);
    if (name_bytes > limits_.max_name_bytes) {
      return Limit("a name", name_bytes, "bytes", limits_.max_name_bytes);
    }
    if (rank > limits_.max_tensor_rank) {
      return Limit("an entry", rank, "axes", limits_.max_tensor_rank);
    }
    if (rest_.size() < rank * kAxisBytes + name_bytes) return CutShort();
    for (size_t i = 0; i < rank; ++i) {
      const auto axis = LoadLittleEndian<uint64_t>(rest_.data() + i * kAxisBytes);
      if (axis > limits_.max_tensor_elements) return TooManyElements();
      entry.shape.push_back(static_cast<size_t>(axis));
    }
    const Bytes name = rest_.subspan(rank * kAxisBytes, name_bytes);
    entry.name = {reinterpret_cast<const char*>(name.data()), name.size()};
    rest_ = rest_.subspan(rank * kAxisBytes + name_bytes);
    if (type > static_cast<uint8_t>(PackedType::kI8)) {
      return Corrupt(where_, "entry " + Quoted(entry.name) + " is of type " + std::to_string(type) +
                                 ", which there is not");
    }
    entry.type = static_cast<PackedType>(type);
    DFN_CHECK(SkipPadding());
    DFN_CHECK(TakeData(entry));
    return entry;
  }

 private:
  Error CutShort() const { return Corrupt(where_, "ends in the middle of an entry"); }
  Error Limit(const char* what, size_t found, const char* unit, size_t limit) const {
    return {ErrorCode::kLimit, where_ + ": has " + what + " of " + std::to_string(found) + " " +
                                   unit + ", the limit is " + std::to_string(limit)};
  }
  Error TooManyElements() const {
    return {ErrorCode::kLimit, where_ + ": has an entry of more elements than the limit, " +
                                   std::to_string(limits_.max_tensor_elements)};
  }

  Status SkipPadding() {
    if (!aligned_) return {};
    const size_t padding = PaddingAt(content_.size() - rest_.size());
    if (padding > rest_.size()) return CutShort();
    const Bytes zeros = rest_.first(padding);
    if (std::any_of(zeros.begin(), zeros.end(), [](uint8_t byte) { return byte != 0; })) {
      return Corrupt(where_, "has bytes other than zero where an entry's values are aligned");
    }
    rest_ = rest_.subspan(padding);
    return {};
  }

  Status TakeData(PackedEntry& entry) {
    size_t elements = 1;
    for (const size_t axis : entry.shape) {
      const auto product = CheckedMul(elements, axis);
      if (!product || *product > limits_.max_tensor_elements) return TooManyElements();
      elements = *product;
    }
    const auto size = CheckedMul(elements, PackedTypeBytes(entry.type));
    if (!size || *size > rest_.size()) {
      return Corrupt(where_, "entry " + Quoted(entry.name) + " is of " + std::to_string(elements) +
                                 " elements, more than the file holds");
    }
    entry.data = rest_.first(*size);
    rest_ = rest_.subspan(*size);
    return {};
  }

  Bytes content_;
  bool aligned_;
  Bytes rest_;
  const std::string& where_;
  const Limits& limits_;
};

}  // namespace

size_t PackedTypeBytes(PackedType type) {
  switch (type) {
    case PackedType::kText:
    case PackedType::kI8:
      return 1;
    case PackedType::kF16:
      return 2;
    case PackedType::kF32:
      return 4;
    case PackedType::kInteger:
      break;
  }
  return 8;
}

const char* PackedTypeName(PackedType type) {
  switch (type) {
    case PackedType::kText:
      return "text";
    case PackedType::kInteger:
      return "integers";
    case PackedType::kF32:
      return "f32";
    case PackedType::kF16:
      return "f16";
    case PackedType::kI8:
      break;
  }
  return "i8";
}

bool LooksLikePacked(Bytes bytes) {
  return bytes.size() >= kPackedMagic.size() &&
         std::equal(kPackedMagic.begin(), kPackedMagic.end(), bytes.begin());
}

Result<std::vector<PackedEntry>> ReadPacked(Bytes bytes, const std::string& where,
                                            const Limits& limits) {
  DFN_TRY(const Bytes content, CheckFrame(bytes, where, limits));
  const auto wanted = LoadLittleEndian<uint32_t>(bytes.data() + kEntriesAt);
  EntryReader reader(content, where, limits);
  std::vector<PackedEntry> entries;
  entries.reserve(wanted);
  for (uint32_t i = 0; i < wanted; ++i) {
    DFN_TRY(PackedEntry entry, reader.Next());
    entries.push_back(std::move(entry));
  }
  if (!reader.AtEnd()) return Corrupt(where, "has bytes behind its last entry");
  return entries;
}

PackedWriter::PackedWriter() : bytes_(kPackedMagic.begin(), kPackedMagic.end()) {
  Put(kPackedVersion);
  Put(uint32_t{0});  // the number of entries and the file's size, known at the end
  Put(uint64_t{0});
}

template <class T>
void PackedWriter::Put(T value) {
  bytes_.resize(bytes_.size() + sizeof(T));
  PutAt(bytes_.size() - sizeof(T), value);
}

template <class T>
void PackedWriter::PutAt(size_t at, T value) {
  static_assert(std::is_unsigned_v<T>);
  for (size_t i = 0; i < sizeof(T); ++i) {
    bytes_[at + i] = static_cast<uint8_t>(uint64_t{value} >> (8 * i));
  }
}

void PackedWriter::Open(std::string_view name, PackedType type, const std::vector<size_t>& shape) {
  assert(name.size() <= UINT16_MAX && shape.size() <= UINT8_MAX);
  ++entries_;
  Put(static_cast<uint8_t>(type));
  Put(static_cast<uint8_t>(shape.size()));
  Put(static_cast<uint16_t>(name.size()));
  for (const size_t axis : shape) Put(uint64_t{axis});
  bytes_.insert(bytes_.end(), name.begin(), name.end());
  bytes_.resize(bytes_.size() + PaddingAt(bytes_.size()));
}

void PackedWriter::Text(std::string_view name, std::string_view text) {
  Open(name, PackedType::kText, {text.size()});
  bytes_.insert(bytes_.end(), text.begin(), text.end());
}

void PackedWriter::Integer(std::string_view name, uint64_t value) {
  Open(name, PackedType::kInteger, {});
  Put(value);
}

void PackedWriter::Float(std::string_view name, float value) { Floats(name, {}, {&value, 1}); }

void PackedWriter::Floats(std::string_view name, const std::vector<size_t>& shape,
                          std::span<const float> values) {
  Open(name, PackedType::kF32, shape);
  for (const float value : values) Put(std::bit_cast<uint32_t>(value));
}

void PackedWriter::Halves(std::string_view name, const std::vector<size_t>& shape,
                          std::span<const uint16_t> values) {
  Open(name, PackedType::kF16, shape);
  for (const uint16_t value : values) Put(value);
}

void PackedWriter::Int8s(std::string_view name, const std::vector<size_t>& shape,
                         std::span<const int8_t> values) {
  Open(name, PackedType::kI8, shape);
  for (const int8_t value : values) bytes_.push_back(static_cast<uint8_t>(value));
}

std::vector<uint8_t> PackedWriter::Finish() {
  PutAt(kEntriesAt, entries_);
  PutAt(kSizeAt, uint64_t{bytes_.size() + kChecksumBytes});
  Put(PackedChecksum(bytes_));
  return std::move(bytes_);
}

}  // namespace dfn
