#include "formats/torch/zip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/printable.h"

namespace dfn::torch {
namespace {

// Record sizes and signatures of the ZIP format (APPNOTE 6.3, sections 4.3.7 to 4.3.16).
constexpr size_t kLocalBytes = 30;
constexpr size_t kCentralBytes = 46;
constexpr size_t kEndBytes = 22;
constexpr size_t kLocator64Bytes = 20;
constexpr size_t kEnd64Bytes = 56;
constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kCentralSignature = 0x02014b50;
constexpr uint32_t kEndSignature = 0x06054b50;
constexpr uint32_t kLocator64Signature = 0x07064b50;
constexpr uint32_t kEnd64Signature = 0x06064b50;
constexpr uint16_t kExtra64 = 0x0001;
constexpr uint16_t kFlagEncrypted = 0x0001;
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;
// "The value is in the 64-bit record instead."
constexpr uint16_t kElsewhere16 = 0xffff;
constexpr uint32_t kElsewhere32 = 0xffffffff;

struct Directory {
  size_t offset = 0;
  size_t size = 0;
  size_t entries = 0;
};

// The bytes of an entry, from its local header to the end of its data.
struct Extent {
  size_t begin = 0;
  size_t end = 0;
  std::string_view name;
};

uint16_t U16(Bytes bytes, size_t at) { return LoadLittleEndian<uint16_t>(bytes.data() + at); }
uint32_t U32(Bytes bytes, size_t at) { return LoadLittleEndian<uint32_t>(bytes.data() + at); }
uint64_t U64(Bytes bytes, size_t at) { return LoadLittleEndian<uint64_t>(bytes.data() + at); }

bool Fits(Bytes file, uint64_t offset, uint64_t size) {
  return offset <= file.size() && size <= file.size() - offset;
}

class DirectoryReader {
 public:
  DirectoryReader(Bytes file, const std::string& name, const Limits& limits)
      : file_(file), name_(name), limits_(limits) {}

  Result<std::map<std::string, ZipEntry, std::less<>>> ReadAll() {
    DFN_TRY(const Directory directory, FindDirectory());
    if (directory.entries > limits_.max_tensors) {
      return Fail(ErrorCode::kLimit, "has " + std::to_string(directory.entries) +
                                         " entries, the limit is " +
                                         std::to_string(limits_.max_tensors));
    }
    directory_ = file_.subspan(directory.offset, directory.size);
    data_end_ = directory.offset;
    for (size_t i = 0; i < directory.entries; ++i) DFN_CHECK(ReadEntry());
    if (at_ != directory_.size()) {
      return Fail(ErrorCode::kCorrupt, "has bytes behind the last entry of its directory");
    }
    DFN_CHECK(CheckOverlaps());
    return std::move(entries_);
  }

 private:
  Error Fail(ErrorCode code, const std::string& what) const { return {code, name_ + ": " + what}; }

  // The end record is the last thing in a file but for a comment.
  std::optional<size_t> FindEnd() const {
    if (file_.size() < kEndBytes) return std::nullopt;
    const size_t last = file_.size() - kEndBytes;
    const size_t first = last - std::min<size_t>(last, std::numeric_limits<uint16_t>::max());
    for (size_t at = last + 1; at-- > first;) {
      if (U32(file_, at) == kEndSignature && U16(file_, at + 20) == last - at) return at;
    }
    return std::nullopt;
  }

  Result<Directory> FindDirectory() const {
    const std::optional<size_t> found = FindEnd();
    if (!found)
      return Fail(ErrorCode::kCorrupt,
                  "is cut short or no ZIP file: it has no end; download or copy it again");
    size_t end = *found;
    uint64_t entries = U16(file_, end + 10);
    uint64_t size = U32(file_, end + 12);
    uint64_t offset = U32(file_, end + 16);
    bool one_disk = U16(file_, end + 4) == 0 && U16(file_, end + 8) == entries;
    if (entries == kElsewhere16 || size == kElsewhere32 || offset == kElsewhere32) {
      DFN_TRY(end, FindEnd64(end));
      entries = U64(file_, end + 32);
      size = U64(file_, end + 40);
      offset = U64(file_, end + 48);
      one_disk = U32(file_, end + 16) == 0 && U64(file_, end + 24) == entries;
    }
    if (!one_disk) return Fail(ErrorCode::kUnsupported, "is a part of a ZIP file in several parts");
    if (offset > end || size > end - offset || entries > size / kCentralBytes) {
      return Fail(ErrorCode::kCorrupt, "has a ZIP directory that does not fit into it");
    }
    return Directory{static_cast<size_t>(offset), static_cast<size_t>(size),
                     static_cast<size_t>(entries)};
  }

  Result<size_t> FindEnd64(size_t end) const {
    if (end >= kLocator64Bytes && U32(file_, end - kLocator64Bytes) == kLocator64Signature) {
      const uint64_t at = U64(file_, end - kLocator64Bytes + 8);
      if (Fits(file_, at, kEnd64Bytes) && U32(file_, static_cast<size_t>(at)) == kEnd64Signature) {
        return static_cast<size_t>(at);
      }
    }
    return Fail(ErrorCode::kCorrupt, "lacks the 64-bit end that its ZIP directory announces");
  }

  Status ReadEntry() {
    if (directory_.size() - at_ < kCentralBytes || U32(directory_, at_) != kCentralSignature) {
      return Fail(ErrorCode::kCorrupt, "has a broken ZIP directory");
    }
    const Bytes header = directory_.subspan(at_, kCentralBytes);
    const size_t name_size = U16(header, 28);
    const size_t extra_size = U16(header, 30);
    const size_t whole = kCentralBytes + name_size + extra_size + U16(header, 32);
    if (directory_.size() - at_ < whole) {
      return Fail(ErrorCode::kCorrupt, "has a broken ZIP directory");
    }
    if (name_size > limits_.max_name_bytes) {
      return Fail(ErrorCode::kLimit, "has an entry name of " + std::to_string(name_size) +
                                         " bytes, the limit is " +
                                         std::to_string(limits_.max_name_bytes));
    }
    const Bytes entry_name = directory_.subspan(at_ + kCentralBytes, name_size);
    const Bytes extra = directory_.subspan(at_ + kCentralBytes + name_size, extra_size);
    at_ += whole;
    return AddEntry(header, std::string(entry_name.begin(), entry_name.end()), extra);
  }

  Status AddEntry(Bytes header, std::string entry_name, Bytes extra) {
    const std::string shown = "entry " + Quoted(entry_name);
    const uint16_t method = U16(header, 10);
    if (U16(header, 8) & kFlagEncrypted) {
      return Fail(ErrorCode::kUnsupported, shown + " is encrypted");
    }
    if (method != kStored && method != kDeflated) {
      return Fail(ErrorCode::kUnsupported, shown + " is compressed by method " +
                                               std::to_string(method) +
                                               ", expected 0 (stored) or 8 (deflated)");
    }
    uint64_t sizes[3] = {U32(header, 24), U32(header, 20), U32(header, 42)};
    if (!WidenSizes(extra, sizes)) {
      return Fail(ErrorCode::kCorrupt, shown + " lacks the 64-bit sizes that it announces");
    }
    const auto [size, stored_size, offset] = sizes;
    ZipEntry entry{.crc32 = U32(header, 16), .deflated = method == kDeflated};
    DFN_TRY(entry.stored, LocateData(shown, entry_name, offset, stored_size));
    DFN_CHECK(CheckSize(shown, entry, size));
    entry.size = static_cast<size_t>(size);
    const auto [place, fresh] = entries_.emplace(std::move(entry_name), entry);
    if (!fresh) return Fail(ErrorCode::kCorrupt, "has two entries " + Quoted(place->first));
    const auto data_end =
        static_cast<size_t>(entry.stored.data() - file_.data()) + entry.stored.size();
    extents_.push_back({static_cast<size_t>(offset), data_end, place->first});
    return {};
  }

  // Takes those of size, stored size and offset that do not fit 32 bits from the 64-bit extra
  // field, where they stand in this order. False: they are not there.
  static bool WidenSizes(Bytes extra, uint64_t (&sizes)[3]) {
    const auto wide = std::count(std::begin(sizes), std::end(sizes), uint64_t{kElsewhere32});
    if (wide == 0) return true;
    for (size_t at = 0; extra.size() - at >= 4;) {
      const size_t length = U16(extra, at + 2);
      if (extra.size() - at - 4 < length) return false;
      if (U16(extra, at) != kExtra64) {
        at += 4 + length;
        continue;
      }
      if (length < 8 * static_cast<size_t>(wide)) return false;
      at += 4;
      for (uint64_t& size : sizes) {
        if (size != kElsewhere32) continue;
        size = U64(extra, at);
        at += 8;
      }
      return true;
    }
    return false;
  }

  // The local header gives the distance to the data; everything else comes from the directory.
  Result<Bytes> LocateData(const std::string& shown, const std::string& entry_name, uint64_t offset,
                           uint64_t stored_size) const {
    const Bytes before_directory = file_.first(data_end_);
    if (!Fits(before_directory, offset, kLocalBytes)) {
      return Fail(ErrorCode::kCorrupt, shown + " lies outside the file");
    }
    const Bytes local = before_directory.subspan(static_cast<size_t>(offset));
    const size_t name_size = U16(local, 26);
    const size_t data = kLocalBytes + name_size + U16(local, 28);
    if (U32(local, 0) != kLocalSignature || name_size != entry_name.size() || local.size() < data ||
        !std::equal(entry_name.begin(), entry_name.end(), local.begin() + kLocalBytes,
                    [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; })) {
      return Fail(ErrorCode::kCorrupt, shown + " is not where the ZIP directory says");
    }
    if (stored_size > local.size() - data) {
      return Fail(ErrorCode::kCorrupt, shown + " lies outside the file");
    }
    return local.subspan(data, static_cast<size_t>(stored_size));
  }

  Status CheckSize(const std::string& shown, const ZipEntry& entry, uint64_t size) {
    if (!entry.deflated) {
      if (size == entry.stored.size()) return {};
      return Fail(ErrorCode::kCorrupt, shown + " is stored in " +
                                           std::to_string(entry.stored.size()) +
                                           " bytes, but its size is " + std::to_string(size));
    }
    if (size / limits_.max_inflate_ratio > entry.stored.size()) {
      return Fail(ErrorCode::kLimit, shown + " would inflate to more than " +
                                         std::to_string(limits_.max_inflate_ratio) +
                                         " times its size");
    }
    if (size > limits_.max_archive_bytes - inflated_bytes_) {
      return Fail(ErrorCode::kLimit, "would inflate to more than " +
                                         std::to_string(limits_.max_archive_bytes) + " bytes");
    }
    inflated_bytes_ += static_cast<size_t>(size);
    return {};
  }

  Status CheckOverlaps() {
    std::sort(extents_.begin(), extents_.end(),
              [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
    for (size_t i = 1; i < extents_.size(); ++i) {
      if (extents_[i].begin >= extents_[i - 1].end) continue;
      return Fail(ErrorCode::kCorrupt, "has overlapping entries " + Quoted(extents_[i - 1].name) +
                                           " and " + Quoted(extents_[i].name));
    }
    return {};
  }

  Bytes file_;
  const std::string& name_;
  const Limits& limits_;
  Bytes directory_;
  size_t at_ = 0;        // in the directory
  size_t data_end_ = 0;  // of the file's part in front of the directory
  size_t inflated_bytes_ = 0;
  std::map<std::string, ZipEntry, std::less<>> entries_;
  std::vector<Extent> extents_;
};

// Inflates raw deflate data of known size; nothing when it is broken or of another size.
std::optional<std::vector<uint8_t>> Inflate(Bytes stored, size_t size) {
  if (stored.size() > std::numeric_limits<uInt>::max() || size > std::numeric_limits<uInt>::max()) {
    return std::nullopt;
  }
  // One byte more, so that data of a greater size shows itself.
  std::vector<uint8_t> content(size + 1);
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return std::nullopt;
  stream.next_in = const_cast<Bytef*>(stored.data());
  stream.avail_in = static_cast<uInt>(stored.size());
  stream.next_out = content.data();
  stream.avail_out = static_cast<uInt>(content.size());
  const int code = inflate(&stream, Z_FINISH);
  const size_t written = stream.total_out;
  inflateEnd(&stream);
  if (code != Z_STREAM_END || written != size) return std::nullopt;
  content.resize(size);
  return content;
}

}  // namespace

Result<ZipFile> ZipFile::Open(Bytes file, const std::string& name, const Limits& limits) {
  ZipFile zip;
  zip.name_ = name;
  DFN_TRY(zip.entries_, DirectoryReader(file, name, limits).ReadAll());
  return zip;
}

Result<Bytes> ZipFile::Read(std::string_view entry_name) {
  if (const auto known = checked_.find(entry_name); known != checked_.end()) return known->second;
  const auto found = entries_.find(entry_name);
  if (found == entries_.end()) {
    return Error{ErrorCode::kCorrupt, name_ + ": has no entry " + Quoted(entry_name)};
  }
  const ZipEntry& entry = found->second;
  Bytes content = entry.stored;
  if (entry.deflated) {
    std::optional<std::vector<uint8_t>> inflated = Inflate(entry.stored, entry.size);
    if (!inflated) {
      return Error{ErrorCode::kCorrupt, name_ + ": entry " + Quoted(entry_name) +
                                            " does not inflate to its size of " +
                                            std::to_string(entry.size) + " bytes"};
    }
    content = inflated_.emplace(entry_name, std::move(*inflated)).first->second;
  }
  if (::crc32_z(0, content.data(), content.size()) != entry.crc32) {
    return Error{ErrorCode::kCorrupt,
                 name_ + ": entry " + Quoted(entry_name) + " does not match its checksum"};
  }
  checked_.emplace(entry_name, content);
  return content;
}

}  // namespace dfn::torch
